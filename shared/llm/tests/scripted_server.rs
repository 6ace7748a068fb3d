//! Every fault of a model's server, by a script and on a virtual clock: what is answered, how often the server was asked,
//! and when.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use domain::{Bucket, DocumentId, DocumentRef, TenantId};
use futures_util::future::join_all;
use llm::scripted::{Act, ScriptedServer, VirtualPace, completion};
use llm::{Client, Pace, Settings, Surroundings};
use ports::contract::{self, model_question};
use ports::memory::MemoryHost;
use ports::{Host, Model, Question, Reply, WhyUnanswered};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const REMOTE: &str = "https://remote.example/v1";
const LOCAL: &str = "http://127.0.0.1:8080/v1";

/// A client with its server, its clock and its stores.
struct Stand {
    pace: Arc<VirtualPace>,
    server: Arc<ScriptedServer>,
    host: MemoryHost,
    client: Client,
}

impl Stand {
    fn new(changes: &[(&str, &str)]) -> Self {
        Self::over(MemoryHost::default(), changes)
    }

    fn over(host: MemoryHost, changes: &[(&str, &str)]) -> Self {
        let pace = Arc::new(VirtualPace::drawing(0.5));
        let server = Arc::new(ScriptedServer::new(Arc::clone(&pace)));
        let mut variables = BTreeMap::from([
            ("PTO_MODEL_URL", REMOTE),
            ("PTO_MODEL_NAME", "large"),
            ("PTO_MODEL_KEY", "key-7"),
            ("PTO_MODEL_PRICE_IN", "100"),
            ("PTO_MODEL_PRICE_OUT", "200"),
            ("PTO_MODEL_CAP_DOCUMENT", "5"),
            ("PTO_MODEL_CAP_TENANT", "100"),
            ("PTO_MODEL_CAP_MONTH", "1000"),
        ]);
        variables.extend(changes.iter().copied());
        let settings = Settings::read(|name| variables.get(name).map(|value| (*value).to_owned())).unwrap().unwrap();
        let around = Surroundings {
            transport: Arc::clone(&server) as _,
            pace: Arc::clone(&pace) as _,
            clock: host.clock().unwrap(),
            ledger: host.ledger().unwrap(),
            blobs: host.blobs(Bucket::Pages).unwrap(),
        };
        Self { pace, server, host, client: Client::new(settings, around) }
    }

    fn ask(&self, question: &Question) -> Reply {
        self.pace.run(self.client.ask(question)).unwrap().unwrap()
    }

    /// Seconds at which the server was asked.
    fn asked_at(&self) -> Vec<u64> {
        self.server.seen().iter().map(|seen| seen.at.as_secs()).collect()
    }

    fn spent_on(&self, question: &Question) -> u64 {
        let key = ports::LedgerKey::model_spending_of_document(&question.document);
        let entries = self.host.contents().entries;
        entries
            .get(&key)
            .map_or(0, |(_, value)| serde_json::from_str::<Value>(value).unwrap()["micro_roubles"].as_u64().unwrap())
    }
}

fn good() -> Act {
    Act::Answer(json!({"number": true}))
}

fn status(status: u16, retry_after: Option<&'static str>) -> Act {
    Act::Status(status, retry_after, "{\"error\": {\"message\": \"no\"}}".to_owned())
}

fn says(content: &str) -> Act {
    Act::Status(200, None, completion(content))
}

fn question() -> Question {
    Question { within: Duration::from_secs(120), ..model_question("Бетон B25") }
}

const ONE: u64 = 100 * 100 + 10 * 200;

#[test]
fn every_fault_has_its_end() {
    use WhyUnanswered::{Malformed, OutOfTime, Refused, Unreachable};
    let second = Duration::from_secs;
    // Chance draws the middle: waits of 6 and 10 seconds.
    type Row = (&'static str, Vec<Act>, Option<WhyUnanswered>, Vec<u64>);
    let table: Vec<Row> = vec![
        ("well", vec![good()], None, vec![0]),
        ("429 with Retry-After", vec![status(429, Some("30")), good()], None, vec![0, 30]),
        ("429 with a date", vec![status(429, Some("Thu, 01 Jan 1970 00:00:40 GMT")), good()], None, vec![0, 40]),
        ("429 with one beyond the deadline", vec![status(429, Some("3600"))], Some(Unreachable), vec![0]),
        ("429 without", vec![status(429, None), good()], None, vec![0, 6]),
        ("429 for ever", vec![status(429, None)], Some(Unreachable), vec![0, 6, 16]),
        ("a quota used up", vec![Act::Status(429, None, "insufficient_quota".to_owned())], Some(Unreachable), vec![0]),
        ("500 and well", vec![status(500, None), status(503, Some("20")), good()], None, vec![0, 6, 26]),
        ("500 for ever", vec![status(500, None)], Some(Unreachable), vec![0, 6, 16]),
        ("a wrong key", vec![status(401, None)], Some(Unreachable), vec![0]),
        (
            "too long a question",
            vec![Act::Status(400, None, "maximum context length is 2048 tokens".to_owned())],
            Some(Malformed),
            vec![0],
        ),
        ("a redirect", vec![status(302, None)], Some(Unreachable), vec![0]),
        ("absent", vec![Act::Absent], Some(Unreachable), vec![0, 6, 16]),
        ("a broken connection", vec![Act::Break, good()], None, vec![0, 6]),
        ("a hang", vec![Act::Hang, good()], None, vec![0, 86]),
        ("a hang for ever", vec![Act::Hang], Some(OutOfTime), vec![0, 86, 118]),
        ("slow but in time", vec![Act::After(second(59), Box::new(good()))], None, vec![0]),
        ("a drip", vec![Act::Drip(second(1)), good()], None, vec![0, 86]),
        ("a drip for ever", vec![Act::Drip(second(7))], Some(OutOfTime), vec![0, 86, 118]),
        ("half of a JSON", vec![says("{\"number\": tr"), good()], None, vec![0, 6]),
        ("half of a JSON for ever", vec![says("{\"number\": tr")], Some(Malformed), vec![0, 6, 16]),
        ("no JSON at all", vec![Act::Status(200, None, "<html>".to_owned())], Some(Malformed), vec![0, 6, 16]),
        ("a wrong schema", vec![says("{\"number\": \"yes\"}"), good()], None, vec![0, 6]),
        ("more than the schema", vec![says("{\"number\": true, \"works\": []}")], Some(Malformed), vec![0, 6, 16]),
        (
            "a refusal",
            vec![Act::Status(200, None, completion("").replace("stop", "content_filter"))],
            Some(Refused),
            vec![0],
        ),
        (
            "an answer cut short",
            vec![Act::Status(200, None, completion("{}").replace("stop", "length"))],
            Some(Malformed),
            vec![0, 6, 16],
        ),
        ("a giant", vec![Act::Giant, good()], None, vec![0, 6]),
        ("a giant for ever", vec![Act::Giant], Some(Malformed), vec![0, 6, 16]),
    ];
    for (name, script, expected, asked_at) in table {
        let stand = Stand::new(&[]);
        stand.server.play(REMOTE, script);
        let reply = stand.ask(&question());
        assert_eq!(reply.outcome.as_ref().err().copied(), expected, "{name}");
        assert_eq!(stand.asked_at(), asked_at, "{name}");
        assert!(stand.pace.now() <= Duration::from_secs(120), "{name} passed the deadline: {:?}", stand.pace.now());
        assert_eq!(stand.spent_on(&question()), reply.spent.micro_roubles, "{name}: what was reserved is settled");
        if let Ok(answer) = reply.outcome {
            assert_eq!((answer.value, answer.tokens), (json!({"number": true}), (100, 10)), "{name}");
        }
    }
}

#[test]
fn the_deadline_is_kept_whatever_the_server_does() {
    for within in [0_u64, 1, 3, 5, 19, 21, 45, 90, 240] {
        for act in
            [Act::Hang, Act::Drip(Duration::from_millis(900)), status(429, None), status(500, Some("4")), says("{")]
        {
            let stand = Stand::new(&[("PTO_MODEL_LOCAL_URL", LOCAL), ("PTO_MODEL_LOCAL_NAME", "small")]);
            stand.server.play(REMOTE, [act.clone()]);
            stand.server.play(LOCAL, [act.clone()]);
            let within = Duration::from_secs(within);
            let reply = stand.ask(&Question { within, ..question() });
            assert!(
                reply.outcome.is_err() && stand.pace.now() <= within,
                "{act:?} within {within:?}: {:?}",
                stand.pace.now()
            );
        }
    }
}

#[test]
fn it_keeps_the_contract_of_the_port() {
    let stand = Stand::new(&[]);
    stand.server.play(REMOTE, [good()]);
    stand.pace.run(contract::model(&stand.client)).unwrap();
    assert_eq!(stand.server.seen().len(), 1, "the repeat was answered from what is kept");
}

#[test]
fn the_local_server_answers_when_the_remote_one_cannot() {
    let local = [("PTO_MODEL_LOCAL_URL", LOCAL), ("PTO_MODEL_LOCAL_NAME", "small")];
    for (act, calls) in
        [(status(500, None), 3), (Act::Hang, 2), (status(401, None), 1), (says("{"), 3), (Act::Absent, 3)]
    {
        let stand = Stand::new(&local);
        stand.server.play(REMOTE, [act.clone()]);
        stand.server.play(LOCAL, [good()]);
        let reply = stand.ask(&question());
        assert_eq!(reply.outcome.unwrap().model, "small", "{act:?}");
        let seen = stand.server.seen();
        assert_eq!(seen.iter().filter(|seen| seen.url.starts_with(REMOTE)).count(), calls, "{act:?}");
        let last = seen.last().unwrap();
        assert_eq!((last.url.as_str(), last.key.as_deref()), ("http://127.0.0.1:8080/v1/chat/completions", None));
    }
}

#[test]
fn a_server_that_fails_is_left_alone_and_tried_again() {
    let stand = Stand::new(&[]);
    stand.server.play(REMOTE, [status(500, None)]);
    let other = |number: u32| Question { material: format!("Бетон {number}"), ..question() };
    stand.ask(&other(1));
    assert_eq!(stand.ask(&other(2)).outcome, Err(WhyUnanswered::Unreachable));
    assert_eq!(stand.server.seen().len(), 5, "the fifth failure is the last call");
    assert_eq!(stand.ask(&other(3)).outcome, Err(WhyUnanswered::Unreachable));
    assert_eq!(stand.server.seen().len(), 5, "it is left alone");
    stand.server.play(REMOTE, [good()]);
    stand.pace.run(stand.pace.sleep(Duration::from_secs(30))).unwrap();
    assert!(stand.ask(&other(4)).outcome.is_ok());
}

#[test]
fn a_server_that_knows_no_schemas_is_asked_in_other_ways() {
    let unknown = Act::Status(422, None, "response_format: Input should be 'text' or 'json_object'".to_owned());
    let stand = Stand::new(&[]);
    stand.server.play(REMOTE, [unknown.clone(), unknown, good()]);
    assert!(stand.ask(&question()).outcome.is_ok());
    let kinds: Vec<Value> = stand.server.seen().iter().map(|seen| seen.body["response_format"].clone()).collect();
    assert_eq!(kinds[0]["type"], "json_schema");
    assert_eq!((&kinds[1]["type"], kinds[1]["schema"].is_object()), (&json!("json_object"), true));
    assert_eq!(kinds[2], json!({"type": "json_object"}));
    assert_eq!(stand.pace.now(), Duration::ZERO, "no wait for that");
    stand.ask(&Question { material: "другое".to_owned(), ..question() });
    assert_eq!(stand.server.seen()[3].body["response_format"], json!({"type": "json_object"}), "and it is remembered");
}

#[test]
fn caps_hold_before_the_call_for_documents_tenants_and_months() {
    for (cap, sum) in
        [("PTO_MODEL_CAP_DOCUMENT", "0,1"), ("PTO_MODEL_CAP_TENANT", "0.1"), ("PTO_MODEL_CAP_MONTH", "0.1")]
    {
        let stand = Stand::new(&[(cap, sum)]);
        stand.server.play(REMOTE, [good()]);
        let mut answered = 0;
        for number in 0..30 {
            let reply = stand.ask(&Question { material: format!("Бетон {number}"), ..question() });
            match reply.outcome {
                Ok(_) => answered += 1,
                Err(why) => assert_eq!(why, WhyUnanswered::CapReached),
            }
        }
        assert!((4..=8).contains(&answered), "{cap}: {answered} answers of 0.012 roubles for 0.1");
        assert_eq!(stand.server.seen().len(), answered, "what would pass the cap is not sent");
        assert_eq!(stand.spent_on(&question()), answered as u64 * ONE);
    }
}

#[test]
fn many_at_once_share_the_limits_and_the_cap() {
    let changes = [("PTO_MODEL_REQUESTS_PER_MINUTE", "60"), ("PTO_MODEL_CAP_DOCUMENT", "50")];
    let stand = Stand::new(&changes);
    stand.server.play(REMOTE, [Act::After(Duration::from_secs(2), Box::new(good()))]);
    let questions: Vec<Question> =
        (0..60).map(|number| Question { material: format!("Бетон {number}"), ..question() }).collect();
    let replies = stand.pace.run(join_all(questions.iter().map(|question| stand.client.ask(question)))).unwrap();
    assert!(replies.into_iter().all(|reply| reply.unwrap().outcome.is_ok()));
    let at: Vec<Duration> = stand.server.seen().iter().map(|seen| seen.at).collect();
    for (place, from) in at.iter().enumerate() {
        let in_a_minute = at[place..].iter().filter(|at| **at < *from + Duration::from_secs(60)).count();
        assert!(in_a_minute <= 60, "{in_a_minute} requests in a minute");
    }
    assert!(at[5] == Duration::ZERO && at[59] > Duration::from_secs(50), "{at:?}");

    let shared = Stand::new(&[("PTO_MODEL_TOKENS_PER_MINUTE", "6000"), ("PTO_MODEL_PROCESSES", "2"), changes[1]]);
    shared.server.play(REMOTE, [good()]);
    for question in &questions {
        assert!(shared.ask(question).outcome.is_ok());
    }
    let minutes = shared.pace.now().as_secs_f64() / 60.0;
    assert!((1.6..2.6).contains(&minutes), "60 answers of 110 tokens, 3000 tokens a minute: {minutes} minutes");
}

#[test]
fn what_is_kept_costs_nothing_and_belongs_to_its_tenant() {
    let stand = Stand::new(&[]);
    stand.server.play(REMOTE, [good()]);
    let first = stand.ask(&question());
    assert_eq!(first.spent.micro_roubles, ONE);
    let other_document = DocumentRef { document: DocumentId::of(b"other"), ..question().document };
    let again = stand.ask(&Question { document: other_document, ..question() });
    assert_eq!((again.spent, again.outcome), (ports::Spent::default(), first.outcome), "the same text is asked once");
    let tenant = TenantId::try_from("other".to_owned()).unwrap();
    stand.ask(&Question { document: DocumentRef { tenant, ..question().document }, ..question() });
    assert_eq!(stand.server.seen().len(), 2);

    let restarted = Stand::over(stand.host.clone(), &[]);
    assert!(restarted.ask(&question()).outcome.is_ok());
    assert!(restarted.server.seen().is_empty(), "it outlives the process");
}

#[test]
fn persons_do_not_go_abroad_and_come_back_in_the_answer() {
    let text = "Ответственный: Сорокин А.П., тел. +7 495 123-45-67, ИНН 7701234567, pto@primer.example";
    let secrets = ["Сорокин", "123-45-67", "7701234567", "pto@primer.example"];
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["quote"], "properties": {"quote": {"type": "string"}},
    });
    let question = Question { schema, ..model_question(text) };
    let echo = |stand: &Stand, base_url: &str| {
        // The first call shows what came through; the second says it back.
        stand.server.play(base_url, [says("?"), says("?")]);
        stand.ask(&Question { material: format!("{text}."), ..question.clone() });
        let sent = stand.server.seen()[0].body["messages"][1]["content"].as_str().unwrap().to_owned();
        let said = json!({"quote": sent.trim_end_matches('.')}).to_string();
        stand.server.play(base_url, [says(&said)]);
        (sent, stand.ask(&question))
    };

    let abroad = Stand::new(&[]);
    let (sent, reply) = echo(&abroad, REMOTE);
    assert!(secrets.iter().all(|secret| !sent.contains(secret)), "{sent}");
    assert_eq!(reply.outcome.unwrap().value["quote"], text);

    let home = Stand::new(&[("PTO_MODEL_IN_RUSSIA", "yes")]);
    let (sent, reply) = echo(&home, REMOTE);
    assert!(secrets.iter().all(|secret| sent.contains(secret)), "{sent}");
    assert_eq!(reply.outcome.unwrap().value["quote"], text);
}

#[test]
fn a_tenant_may_forbid_calls_abroad() {
    for tenants in ["other, local", "*"] {
        let stand = Stand::new(&[("PTO_MODEL_HOME_TENANTS", tenants)]);
        stand.server.play(REMOTE, [good()]);
        assert_eq!(stand.ask(&question()).outcome, Err(WhyUnanswered::Forbidden));
        assert!(stand.server.seen().is_empty());
        let changes =
            [("PTO_MODEL_HOME_TENANTS", tenants), ("PTO_MODEL_LOCAL_URL", LOCAL), ("PTO_MODEL_LOCAL_NAME", "small")];
        let stand = Stand::new(&changes);
        stand.server.play(LOCAL, [good()]);
        assert_eq!(stand.ask(&question()).outcome.unwrap().model, "small");
        assert_eq!(stand.server.seen().len(), 1);
    }
}

#[test]
fn settings_are_whole_or_name_what_is_missing() {
    let read = |pairs: &[(&str, &str)]| {
        let variables: BTreeMap<&str, &str> = pairs.iter().copied().collect();
        Settings::read(|name| variables.get(name).map(|value| (*value).to_owned()))
    };
    assert!(read(&[]).unwrap().is_none());
    assert!(read(&[("PTO_MODEL_URL", " "), ("PTO_MODEL_KEY", "key-7")]).unwrap().is_none());
    let remote = [("PTO_MODEL_URL", REMOTE), ("PTO_MODEL_NAME", "m"), ("PTO_MODEL_KEY", "key-7")];
    let free = [remote.as_slice(), &[("PTO_MODEL_PRICE_IN", "0"), ("PTO_MODEL_PRICE_OUT", "0")]].concat();
    assert!(read(&free).unwrap().is_some());
    for (pairs, name) in [
        (vec![("PTO_MODEL_URL", REMOTE)], "PTO_MODEL_PRICE_IN"),
        (vec![("PTO_MODEL_LOCAL_URL", LOCAL)], "PTO_MODEL_LOCAL_NAME"),
        (vec![("PTO_MODEL_LOCAL_URL", "127.0.0.1")], "PTO_MODEL_LOCAL_URL"),
        (vec![("PTO_MODEL_URL", "https://user:key@remote.example/v1")], "PTO_MODEL_URL"),
        ([free.as_slice(), &[("PTO_MODEL_URL", "http://remote.example/v1")]].concat(), "PTO_MODEL_URL"),
        ([free.as_slice(), &[("PTO_MODEL_PRICE_IN", "40")]].concat(), "PTO_MODEL_CAP_DOCUMENT"),
        ([free.as_slice(), &[("PTO_MODEL_PRICE_IN", "-1")]].concat(), "PTO_MODEL_PRICE_IN"),
        ([free.as_slice(), &[("PTO_MODEL_IN_RUSSIA", "да")]].concat(), "PTO_MODEL_IN_RUSSIA"),
        ([free.as_slice(), &[("PTO_MODEL_PROCESSES", "0")]].concat(), "PTO_MODEL_PROCESSES"),
    ] {
        let error = match read(&pairs) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{name} was not missed"),
        };
        assert!(error.contains(name) && !error.contains("key-7"), "{error}");
    }
    let settings = read(&free).unwrap().unwrap();
    assert!(!format!("{settings:?}").contains("key-7"), "keys are not printed");
    assert_eq!(settings.limits.requests_per_minute, 10_000);
}
