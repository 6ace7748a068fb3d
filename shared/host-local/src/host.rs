use crate::blobs::{FileBlobs, remove_unfinished_writes};
use crate::database::Database;
use crate::ledger::SqliteLedger;
use crate::lock::DirectoryLock;
use crate::progress::PagesRead;
use crate::queue::{self, Queues};
use crate::signals::Signals;
use crate::{Changes, CorePool, OpenError, SqliteQueue, SystemClock};
use domain::{Bucket, DocumentRef, StageName};
use ports::{
    Blobs, Clock, Compute, Host, Ledger, Links, LoggedNotices, Missing, Model, NoModel, Notices, PortError, Progress,
    Queue, Recognizer, ServedByItself,
};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use tesseract::Tesseract;

/// What an installation may choose.
#[derive(Clone)]
pub struct LocalOptions {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Threads for computing; `None` for as many as the machine has cores.
    pub compute_threads: Option<usize>,
    /// The servers of a language model, if there are any.
    pub model: Option<llm::Settings>,
}

impl Default for LocalOptions {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), compute_threads: None, model: None }
    }
}

/// How full the queue of a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Whose queue.
    pub stage: StageName,
    /// Messages that wait, for a worker or for their next attempt.
    pub waiting: u64,
    /// Messages that are being worked on.
    pub running: u64,
    /// Dead letters.
    pub dead: u64,
}

/// The host of one server. Clones are the same host. The data directory is let go of, and the stop noted as clean,
/// when the last clone and the last port taken from it are dropped.
#[derive(Clone)]
pub struct LocalHost {
    inner: Arc<Inner>,
}

struct Inner {
    data_dir: PathBuf,
    stopped_cleanly: bool,
    blobs: BTreeMap<Bucket, Arc<FileBlobs>>,
    ledger: Arc<SqliteLedger>,
    queues: Arc<Queues>,
    pool: Arc<CorePool>,
    pages_read: Arc<PagesRead>,
    recognizer: Arc<dyn Recognizer>,
    model: Result<Arc<dyn Model>, Missing>,
}

impl LocalHost {
    /// Opens the data directory, or makes it. After an unclean stop the database is checked and half-written files are
    /// removed, which takes time in proportion to what is stored; messages that were being worked on can be received
    /// at once. Blocks: call it before serving.
    pub fn open(data_dir: &Path, options: LocalOptions) -> Result<Self, OpenError> {
        create_directory(data_dir)?;
        let lock = Arc::new(DirectoryLock::take(data_dir)?);
        let signals = Arc::new(Signals::default());
        let clock = options.clock;
        let now_ms = clock.now_ms();
        let recover = |connection: &_, stopped_cleanly| queue::recover(connection, stopped_cleanly, now_ms);
        let (database, stopped_cleanly) = Database::open(&data_dir.join("pto.sqlite"), Arc::clone(&lock), recover)?;
        let database = Arc::new(database);
        let ledger = Arc::new(SqliteLedger { database: Arc::clone(&database), signals: Arc::clone(&signals) });
        let mut blobs = BTreeMap::new();
        for bucket in Bucket::ALL {
            let directory = data_dir.join("blobs").join(bucket.name());
            create_directory(&directory)?;
            if !stopped_cleanly {
                remove_unfinished(&directory)?;
            }
            blobs.insert(bucket, Arc::new(FileBlobs::open(&directory, bucket.name(), Arc::clone(&lock))?));
        }
        let pool = options.compute_threads.map_or_else(CorePool::of_all_cores, CorePool::new);
        let pool = pool.map_err(|source| OpenError::Files {
            action: "start the compute threads for",
            path: data_dir.to_owned(),
            source,
        })?;
        if !stopped_cleanly {
            tracing::info!(path = %data_dir.display(), "the last stop was not clean; the stores have been checked");
        }
        let model = model(options.model, &clock, &ledger, blobs.get(&Bucket::Pages));
        Ok(Self {
            inner: Arc::new(Inner {
                data_dir: data_dir.to_owned(),
                stopped_cleanly,
                blobs,
                model,
                ledger,
                pages_read: Arc::new(PagesRead::new(Arc::clone(&signals))),
                queues: Arc::new(Queues { database, signals, clock, next_lease: AtomicI64::new(1) }),
                recognizer: Arc::new(Tesseract::new(PathBuf::from("tesseract"), pool.width())),
                pool: Arc::new(pool),
            }),
        })
    }

    /// Where it keeps its data.
    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    /// Whether the process that had the directory before came to its end in order.
    pub fn last_stop_was_clean(&self) -> bool {
        self.inner.stopped_cleanly
    }

    /// Both ends of a stage's queue, and its dead letters.
    pub fn stage_queue(&self, stage: StageName) -> SqliteQueue {
        SqliteQueue { queues: Arc::clone(&self.inner.queues), stage }
    }

    /// How full each queue is, in the order of the way of a document.
    pub async fn queue_depths(&self) -> Result<Vec<QueueDepth>, PortError> {
        let now_ms = self.inner.queues.clock.now_ms();
        let query = move |connection: &_| queue::depths(connection, now_ms);
        self.inner.queues.database.read(|| "count the messages".to_owned(), query).await
    }

    /// How many pages of a document have been read since the process began; 0 again after a restart, so a hint for
    /// whoever watches. The last 1,024 documents are remembered.
    pub fn pages_read(&self, document: &DocumentRef) -> u32 {
        self.inner.pages_read.count(document)
    }

    /// Tells of every change of a record, a queue or the progress of a document, from now on.
    pub fn changes(&self) -> Changes {
        self.inner.queues.signals.changes()
    }
}

impl Host for LocalHost {
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing> {
        let found = self.inner.blobs.get(&bucket);
        let missing =
            || Missing { what: format!("bucket {}", bucket.name()), how: "the data directory anew".to_owned() };
        found.map(|blobs| Arc::clone(blobs) as Arc<dyn Blobs>).ok_or_else(missing)
    }

    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing> {
        Ok(Arc::new(self.stage_queue(stage)))
    }

    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing> {
        Ok(Arc::clone(&self.inner.ledger) as Arc<dyn Ledger>)
    }

    fn compute(&self) -> Result<Arc<dyn Compute>, Missing> {
        Ok(Arc::clone(&self.inner.pool) as Arc<dyn Compute>)
    }

    fn progress(&self) -> Result<Arc<dyn Progress>, Missing> {
        Ok(Arc::clone(&self.inner.pages_read) as Arc<dyn Progress>)
    }

    fn recognizer(&self) -> Result<Arc<dyn Recognizer>, Missing> {
        Ok(Arc::clone(&self.inner.recognizer) as Arc<dyn Recognizer>)
    }

    fn model(&self) -> Result<Arc<dyn Model>, Missing> {
        self.inner.model.clone()
    }

    fn links(&self) -> Result<Arc<dyn Links>, Missing> {
        Ok(Arc::new(ServedByItself))
    }

    fn notices(&self) -> Result<Arc<dyn Notices>, Missing> {
        Ok(Arc::new(LoggedNotices))
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, Missing> {
        Ok(Arc::clone(&self.inner.queues.clock))
    }
}

/// The model of the installation; answers are kept among the pages.
fn model(
    settings: Option<llm::Settings>,
    clock: &Arc<dyn Clock>,
    ledger: &Arc<SqliteLedger>,
    answers: Option<&Arc<FileBlobs>>,
) -> Result<Arc<dyn Model>, Missing> {
    let (Some(settings), Some(blobs)) = (settings, answers) else { return Ok(Arc::new(NoModel)) };
    let transport = llm::HttpTransport::new();
    let transport = transport.map_err(|error| Missing { what: error.to_string(), how: "up TLS".to_owned() })?;
    let around = llm::Surroundings {
        transport: Arc::new(transport),
        pace: Arc::new(llm::MachinePace::default()),
        clock: Arc::clone(clock),
        ledger: Arc::clone(ledger) as Arc<dyn Ledger>,
        blobs: Arc::clone(blobs) as Arc<dyn Blobs>,
    };
    Ok(Arc::new(llm::Client::new(settings, around)))
}

/// Makes a directory with its parents and syncs what names them, so that a loss of power does not take it away.
fn create_directory(directory: &Path) -> Result<(), OpenError> {
    let failed = |action| move |source| OpenError::Files { action, path: directory.to_owned(), source };
    let exists = directory.is_dir();
    std::fs::create_dir_all(directory).map_err(failed("create directory"))?;
    if !exists && cfg!(unix) {
        let absolute = directory.canonicalize().map_err(failed("find directory"))?;
        for parent in absolute.ancestors().skip(1).take(3) {
            File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed("sync the parents of directory"))?;
        }
    }
    Ok(())
}

fn remove_unfinished(directory: &Path) -> Result<(), OpenError> {
    let removed = remove_unfinished_writes(directory).map_err(|source| OpenError::Files {
        action: "remove unfinished files from",
        path: directory.to_owned(),
        source,
    })?;
    if removed > 0 {
        tracing::info!(path = %directory.display(), removed, "removed {removed} half-written files");
    }
    Ok(())
}
