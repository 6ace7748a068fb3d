//! The analysis with a model whose server has every fault, on a virtual clock: everything is asked, then less, then the rules
//! do it alone; what they found is written whatever happens, and in time.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{AnalyzeSet, Bucket, ChunkPlan, DocumentId, DocumentRecord, DocumentRef, StageName, TenantId, UploadId};
use llm::scripted::{Act, ScriptedServer, VirtualPace, completion};
use llm::{Client, Pace, Settings, Surroundings};
use pdf::testkit::{SetOptions, drawing_set};
use pdf::{Document, Limits};
use pipeline::{PageStore, Records, Stage};
use ports::memory::MemoryHost;
use ports::{Blobs, Clock, Compute, Host, Ledger, Links, Missing, Model, Notices, Progress, Queue};
use rd_analyzer::RdAnalyzer;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const URL: &str = "http://127.0.0.1:9/v1";

/// Stores in memory, the time and the model of the test.
struct World {
    stores: MemoryHost,
    pace: Arc<VirtualPace>,
    server: Arc<ScriptedServer>,
    model: Arc<Client>,
    document: DocumentRef,
}

impl Host for World {
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing> {
        self.stores.blobs(bucket)
    }

    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing> {
        self.stores.queue(stage)
    }

    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing> {
        self.stores.ledger()
    }

    fn compute(&self) -> Result<Arc<dyn Compute>, Missing> {
        self.stores.compute()
    }

    fn progress(&self) -> Result<Arc<dyn Progress>, Missing> {
        self.stores.progress()
    }

    fn links(&self) -> Result<Arc<dyn Links>, Missing> {
        self.stores.links()
    }

    fn notices(&self) -> Result<Arc<dyn Notices>, Missing> {
        self.stores.notices()
    }

    fn model(&self) -> Result<Arc<dyn Model>, Missing> {
        Ok(Arc::clone(&self.model) as _)
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, Missing> {
        Ok(Arc::clone(&self.pace) as _)
    }
}

impl World {
    /// A set that is read and waits to be understood; its service level ends at `deadline_ms`.
    fn new(deadline_ms: u64) -> Self {
        let pace = Arc::new(VirtualPace::drawing(0.5));
        let server = Arc::new(ScriptedServer::new(Arc::clone(&pace)));
        let stores = MemoryHost::default();
        let settings = Settings::read(|name| match name {
            "PTO_MODEL_LOCAL_URL" => Some(URL.to_owned()),
            "PTO_MODEL_LOCAL_NAME" => Some("small".to_owned()),
            _ => None,
        });
        let around = Surroundings {
            transport: Arc::clone(&server) as _,
            pace: Arc::clone(&pace) as _,
            clock: Arc::clone(&pace) as _,
            ledger: stores.ledger().unwrap(),
            blobs: stores.blobs(Bucket::Pages).unwrap(),
        };
        let model = Arc::new(Client::new(settings.unwrap().unwrap(), around));
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"set") };
        let world = Self { stores, pace, server, model, document };
        world.pace.run(world.store(deadline_ms)).unwrap();
        world
    }

    async fn store(&self, deadline_ms: u64) {
        let set = drawing_set(&SetOptions { pages: 8, seed: 3, faults: false });
        let file = Document::open(Arc::new(set.pdf), &Limits::default()).unwrap();
        let pages: Vec<_> = (1..=file.page_count()).map(|number| file.read_page(number)).collect();
        let store = PageStore::new(self.stores.blobs(Bucket::Pages).unwrap());
        store.put_chunk(&self.document, 0, &pages, &vec![Vec::new(); pages.len()]).await.unwrap();
        let mut record: DocumentRecord = serde_json::from_value(json!({
            "file_name": "КЖ.pdf", "size_bytes": 1, "upload": UploadId::of(&self.document.document, "КЖ.pdf"),
            "accepted_at_ms": 0, "output_revision": domain::OUTPUT_REVISION, "pages": pages.len(),
        }))
        .unwrap();
        record.chunks = vec![ChunkPlan { first_page: 1, pages: pages.len() as u32, recognize: false }];
        record.deadlines.insert(StageName::RdAnalyzer, deadline_ms);
        Records::new(self.ledger().unwrap()).create_document(&self.document, &record).await.unwrap();
    }

    /// Runs the stage and answers `analysis.json`.
    fn analyse(&self) -> Value {
        let stage = RdAnalyzer::build(self).unwrap();
        self.pace.run(stage.run(AnalyzeSet { document: self.document.clone() })).unwrap().unwrap();
        let contents = self.stores.contents();
        assert_eq!(contents.messages.len(), 1, "the document goes on");
        let found = contents.blobs.iter().find(|((_, key), _)| key.as_str().ends_with("/analysis.json"));
        serde_json::from_slice(found.unwrap().1).unwrap()
    }
}

fn nothing_to_say() -> Act {
    Act::Answer(json!({"additions": [], "doubts": [], "phrasings": []}))
}

fn nothing_to_add() -> Act {
    Act::Answer(json!({"additions": []}))
}

#[test]
fn every_fault_of_the_server_leaves_the_rules_and_the_time() {
    let says = |content: &str| Act::Status(200, None, completion(content));
    let refuses = || Act::Status(200, None, completion("").replace("stop", "content_filter"));
    let status = |status, retry_after| Act::Status(status, retry_after, String::new());
    let after = |seconds, act| Act::After(Duration::from_secs(seconds), Box::new(act));
    // What the server does; which prompt was answered; whether it took until the last rung.
    let table: Vec<(&str, Vec<Act>, Option<&str>)> = vec![
        ("well", vec![nothing_to_say()], Some("full")),
        ("slow", vec![after(55, nothing_to_say())], Some("full")),
        ("429 with Retry-After", vec![status(429, Some("50")), nothing_to_say()], Some("full")),
        ("429 without", vec![status(429, None), nothing_to_say()], Some("full")),
        ("429 for too long", vec![status(429, Some("1000")), nothing_to_add()], Some("simplified")),
        (
            "500 thrice",
            vec![status(500, None), status(500, None), status(500, None), nothing_to_add()],
            Some("simplified"),
        ),
        (
            "too slow for all",
            vec![
                after(85, nothing_to_say()),
                after(85, nothing_to_say()),
                after(85, nothing_to_say()),
                nothing_to_add(),
            ],
            Some("simplified"),
        ),
        ("too long a question", vec![status(400, None), nothing_to_add()], Some("simplified")),
        ("a refusal", vec![refuses(), nothing_to_add()], Some("simplified")),
        ("500 for ever", vec![status(500, None)], None),
        ("a hang", vec![Act::Hang], None),
        ("a drip", vec![Act::Drip(Duration::from_secs(3))], None),
        ("half of a JSON", vec![says("{\"additions\": [")], None),
        ("a wrong schema", vec![says("{\"works\": []}")], None),
        ("refusals", vec![refuses()], None),
        ("a giant", vec![Act::Giant], None),
        ("absent", vec![Act::Absent], None),
    ];
    let rules = World::new(0).analyse();
    assert_eq!(rules["warnings"].as_array().unwrap().last().unwrap()["code"], "model-unanswered");
    for (name, script, prompt) in table {
        let world = World::new(120_000);
        world.server.play(URL, script);
        let analysis = world.analyse();
        assert_eq!(analysis["model"]["prompt"].as_str(), prompt, "{name}");
        assert_eq!(analysis["works"], rules["works"], "{name}");
        assert_eq!(analysis["hidden_works"], rules["hidden_works"], "{name}");
        let unanswered = analysis["warnings"].to_string().contains("model-unanswered");
        assert_eq!(unanswered, prompt.is_none(), "{name}");
        assert!(world.pace.now() <= Duration::from_secs(210), "{name}: {:?}", world.pace.now());
        if prompt == Some("full") {
            assert_eq!((&analysis["model"]["tokens_in"], &analysis["model"]["tokens_out"]), (&json!(100), &json!(10)));
            assert!(world.pace.now() <= Duration::from_secs(120), "{name}");
        }
    }
}

#[test]
fn a_delivery_that_comes_again_has_what_is_left() {
    for (deadline_s, asked, longest) in [(120, 3, 210), (20, 3, 110), (1, 2, 91)] {
        let world = World::new(deadline_s * 1000);
        world.server.play(URL, [Act::Hang]);
        let analysis = world.analyse();
        assert_eq!(analysis["model"], Value::Null);
        assert!(world.server.seen().len() >= asked, "{}", world.server.seen().len());
        assert!(world.pace.now() <= Duration::from_secs(longest), "{deadline_s}: {:?}", world.pace.now());
    }
    let late = World::new(1_000);
    late.pace.run(late.pace.sleep(Duration::from_secs(300))).unwrap();
    late.server.play(URL, [nothing_to_say()]);
    assert_eq!(late.analyse()["model"], Value::Null);
    assert!(late.server.seen().is_empty(), "the rules alone");
}
