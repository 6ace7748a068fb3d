use app::catalog::handle_once;
use domain::{
    BlobKey, Bucket, DocumentId, DocumentRecord, DocumentRef, ReceiveUpload, StageName, TenantId, UploadId,
    UploadRecord, UploadRef, UploadState,
};
use pdf::testkit::{SetOptions, drawing_set};
use pipeline::{AnnouncedFile, Delivery, Intake, Records, TaskQueue, Verdict};
use ports::Host;
use ports::memory::{Contents, MemoryHost};
use std::collections::{BTreeMap, BTreeSet};

/// More deliveries than this without an end are a circle.
const MAX_DELIVERIES: usize = 5_000;

/// A small synthetic set with every fault of the text layer in it.
#[must_use]
pub fn small_set(seed: u64) -> Vec<u8> {
    drawing_set(&SetOptions { pages: 10, seed, faults: true }).pdf
}

/// Accepts a file on a host as the API does: bytes, record, message.
pub async fn accept(host: &MemoryHost, file_name: &str, bytes: &[u8]) -> UploadRef {
    let upload = UploadRef { tenant: TenantId::local(), upload: UploadId::of(&DocumentId::of(bytes), file_name) };
    let uploads = host.blobs(Bucket::Uploads).unwrap();
    uploads.put(&BlobKey::upload(&upload), bytes.to_vec().into()).await.unwrap();
    let record = UploadRecord::new(file_name, 0, UploadState::Received);
    Records::new(host.ledger().unwrap()).create_upload(&upload, &record).await.unwrap();
    TaskQueue::build(host).unwrap().send(&[ReceiveUpload::announced(upload.clone())]).await.unwrap();
    upload
}

/// Brings a file once more, as the API does, with a project file for its acts.
pub async fn bring_with_project_file(host: &MemoryHost, file_name: &str, bytes: &[u8], project_file: &str) {
    let intake = Intake::build(host).unwrap();
    let kept = intake.keep_project_file(&TenantId::local(), project_file.to_owned().into()).await.unwrap();
    let file = AnnouncedFile {
        tenant: TenantId::local(),
        name: file_name.to_owned(),
        document: DocumentId::of(bytes),
        size_bytes: bytes.len() as u64,
        project: None,
        project_file: Some(kept),
    };
    intake.take(&file, bytes.to_vec().into()).await.unwrap();
}

/// Delivers one message.
pub async fn deliver(host: &impl Host, stage: StageName, body: &str, attempt: u32) -> Verdict {
    let delivery = Delivery { body: body.to_owned(), attempt, left_ms: None };
    handle_once(host, stage, &delivery).await.unwrap()
}

/// One message as it was delivered, with the world before it.
pub struct Step {
    /// The world before.
    pub before: Contents,
    /// Whose message.
    pub stage: StageName,
    /// The message.
    pub body: String,
}

/// Delivers messages in the order of sending until none is left, each retried as a host would, and answers every
/// delivery with the world before it.
pub async fn drain(host: &MemoryHost) -> Vec<Step> {
    let mut attempts: BTreeMap<(StageName, String), u32> = BTreeMap::new();
    let mut steps = Vec::new();
    for _ in 0..MAX_DELIVERIES {
        let before = host.contents();
        let Some((stage, body)) = host.take_message(0) else { return steps };
        let attempt = attempts.entry((stage, body.clone())).or_insert(0);
        *attempt += 1;
        match deliver(host, stage, &body, *attempt).await {
            Verdict::Ack => {}
            Verdict::Retry { .. } if *attempt < stage.max_attempts() => {
                host.queue(stage).unwrap().send(std::slice::from_ref(&body)).await.unwrap();
            }
            Verdict::Retry { .. } | Verdict::Dead { .. } => panic!("{stage} gave up on {body}"),
        }
        steps.push(Step { before, stage, body });
    }
    panic!("the messages go in a circle");
}

/// The document an upload turned out to be, with its record.
pub async fn document_of(host: &MemoryHost, upload: &UploadRef) -> Option<(DocumentRef, DocumentRecord)> {
    let records = Records::new(host.ledger().unwrap());
    match records.upload(upload).await.unwrap().unwrap().state {
        UploadState::Accepted { document } => {
            let document = DocumentRef { tenant: upload.tenant.clone(), document };
            let record = records.document(&document).await.unwrap().unwrap();
            Some((document, record))
        }
        _ => None,
    }
}

/// What of a world must be equal after any order, repetition or fault: objects, records and sets; messages as a set,
/// for each may have been sent twice. Versions of records are left out: they count writes.
#[derive(Debug, PartialEq)]
pub struct Essence {
    blobs: BTreeMap<(Bucket, BlobKey), DocumentId>,
    entries: BTreeMap<ports::LedgerKey, String>,
    sets: BTreeMap<ports::LedgerKey, BTreeSet<u32>>,
    messages: BTreeSet<(StageName, String)>,
}

/// The essence of a world.
#[must_use]
pub fn essence(contents: &Contents) -> Essence {
    Essence {
        blobs: contents.blobs.iter().map(|(key, bytes)| (key.clone(), DocumentId::of(bytes))).collect(),
        entries: contents.entries.iter().map(|(key, (_, value))| (key.clone(), value.clone())).collect(),
        sets: contents.sets.clone(),
        messages: contents.messages.iter().cloned().collect(),
    }
}

/// A small generator of numbers: splitmix64, so that a printed seed repeats a run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
}
