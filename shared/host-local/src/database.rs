use crate::{OpenError, lock::DirectoryLock, schema};
use ports::PortError;
use rusqlite::{Connection, OpenFlags};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};

/// How many jobs one commit takes at most.
const JOBS_PER_COMMIT: usize = 512;

/// How many reads run at once.
const READERS: usize = 4;

const JOURNAL_LIMIT_BYTES: i64 = 64 << 20;

/// The one SQLite database of an installation: one thread writes, with group commit; reads run beside it on
/// connections of their own and see what has been committed. `synchronous=FULL`: what was answered `Ok` survives a
/// loss of power.
pub(crate) struct Database {
    path: PathBuf,
    jobs: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    idle_readers: Arc<Mutex<Vec<Connection>>>,
    reader_permits: Arc<Semaphore>,
    /// Held as long as anybody can write.
    _lock: Arc<DirectoryLock>,
}

/// Runs inside the transaction; what it returns is told how the commit went.
type Job = Box<dyn FnOnce(&Connection) -> Told + Send>;
type Told = Box<dyn FnOnce(Result<(), String>) + Send>;

impl Database {
    /// Opens or creates the database, checks it after an unclean stop, and lets `recover` put right what the process
    /// that had it before left behind; it is told whether that one stopped cleanly, and so is the caller.
    pub(crate) fn open(
        path: &Path,
        lock: Arc<DirectoryLock>,
        recover: impl FnOnce(&Connection, bool) -> rusqlite::Result<()>,
    ) -> Result<(Self, bool), OpenError> {
        let failed = |action| {
            let path = path.to_owned();
            move |source| OpenError::Database { action, path, source }
        };
        let connection = Connection::open(path).map_err(failed("open a connection"))?;
        connection.busy_timeout(Duration::from_secs(10)).map_err(failed("set the waiting time"))?;
        let mode: String = connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
            .map_err(failed("switch to write-ahead logging"))?;
        if mode != "wal" {
            return Err(OpenError::Damaged {
                path: path.to_owned(),
                finding: format!("its file system allows only journal mode `{mode}`, not write-ahead logging"),
            });
        }
        connection.pragma_update(None, "synchronous", "FULL").map_err(failed("ask for durable commits"))?;
        connection.pragma_update(None, "foreign_keys", false).map_err(failed("configure"))?;
        connection.pragma_update(None, "journal_size_limit", JOURNAL_LIMIT_BYTES).map_err(failed("configure"))?;
        connection.set_prepared_statement_cache_capacity(64);
        schema::migrate(&connection, path)?;
        let stopped_cleanly: bool = connection
            .query_row("SELECT running = 0 FROM installation", [], |row| row.get(0))
            .map_err(failed("read how the last process stopped"))?;
        if !stopped_cleanly {
            let finding: String = connection
                .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
                .map_err(failed("check for damage after an unclean stop"))?;
            if finding != "ok" {
                return Err(OpenError::Damaged { path: path.to_owned(), finding });
            }
        }
        let start = connection.unchecked_transaction().map_err(failed("begin to recover the queues"))?;
        recover(&start, stopped_cleanly).map_err(failed("recover the queues"))?;
        start.execute("UPDATE installation SET running = 1", []).map_err(failed("note the start"))?;
        start.commit().map_err(failed("recover the queues"))?;

        let (jobs, waiting_jobs) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("pto-database".to_owned())
            .spawn(move || write_until_closed(&connection, &waiting_jobs))
            .map_err(|source| OpenError::Files { action: "start the writer of", path: path.to_owned(), source })?;
        let database = Self {
            path: path.to_owned(),
            jobs: Some(jobs),
            writer: Some(writer),
            idle_readers: Arc::default(),
            reader_permits: Arc::new(Semaphore::new(READERS)),
            _lock: lock,
        };
        Ok((database, stopped_cleanly))
    }

    /// Runs `job` in the writer's transaction, inside a savepoint of its own, and answers after the commit. `Err` of
    /// the job undoes the job alone. If the future is dropped, the job may still be done.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        action: impl Fn() -> String,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, PortError> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let outcome = in_savepoint(connection, job);
            Box::new(move |committed| {
                let answer = committed.map_err(WriteFailure::Commit).and(outcome);
                // Nobody listens when the caller was cancelled; the work is done all the same.
                drop(tell.send(answer));
            })
        });
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if !sent {
            return Err(PortError::plain(format!("{}: the database is closed", action())));
        }
        match told.await {
            Ok(answer) => answer.map_err(|failure| PortError::new(action(), failure)),
            Err(_dropped) => Err(PortError::plain(format!(
                "{}: the transaction could not be begun or the writer has stopped",
                action()
            ))),
        }
    }

    /// Runs `query` on a read-only connection, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        action: impl Fn() -> String,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, PortError> {
        let permit = Arc::clone(&self.reader_permits)
            .acquire_owned()
            .await
            .map_err(|closed| PortError::new(action(), closed))?;
        let idle = Arc::clone(&self.idle_readers);
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match kept {
                Some(connection) => connection,
                None => open_reader(&path)?,
            };
            let answer = query(&connection);
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            answer
        });
        let answer = read.await.map_err(|lost| PortError::new(action(), lost))?;
        answer.map_err(|error| PortError::new(action(), error))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.jobs = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!(path = %self.path.display(), "the writer of the database panicked");
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum WriteFailure {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("commit: {0}")]
    Commit(String),
    #[error("the write panicked")]
    Panicked,
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

fn in_savepoint<T>(
    connection: &Connection,
    job: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, WriteFailure> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let outcome = catch_unwind(AssertUnwindSafe(|| job(connection)));
    let outcome = outcome.map_err(|_panic| WriteFailure::Panicked).and_then(|done| Ok(done?));
    // After a full disk SQLite may have rolled everything back by itself: then there is no savepoint left, and the
    // loop that runs the jobs sees it.
    if !connection.is_autocommit() {
        if outcome.is_err() {
            connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
        }
        connection.prepare_cached("RELEASE job")?.execute([])?;
    }
    outcome
}

fn write_until_closed(connection: &Connection, waiting_jobs: &mpsc::Receiver<Job>) {
    while let Ok(first) = waiting_jobs.recv() {
        let batch = std::iter::once(first).chain(waiting_jobs.try_iter().take(JOBS_PER_COMMIT - 1));
        commit_together(connection, batch);
    }
    let stop = "UPDATE installation SET running = 0";
    if let Err(error) = connection.execute(stop, []) {
        tracing::warn!(%error, "the clean stop could not be noted; the next start will check the database");
    }
}

fn commit_together(connection: &Connection, batch: impl Iterator<Item = Job>) {
    let mut told: Vec<Told> = Vec::new();
    let begun = execute(connection, "BEGIN IMMEDIATE");
    let mut outcome = begun;
    for job in batch {
        if outcome.is_ok() {
            told.push(job(connection));
            if connection.is_autocommit() {
                outcome = Err("SQLite took the transaction back: the disk may be full".to_owned());
            }
        }
        // A job dropped unrun drops its channel, and its caller gets an error.
    }
    if outcome.is_ok() {
        outcome = execute(connection, "COMMIT");
    }
    if outcome.is_err()
        && !connection.is_autocommit()
        && let Err(error) = execute(connection, "ROLLBACK")
    {
        tracing::error!(error, "a transaction could not be rolled back");
    }
    for tell in told {
        tell(outcome.clone());
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), String> {
    let done = connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    done.map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    fn open(directory: &Path) -> Database {
        let lock = Arc::new(DirectoryLock::take(directory).unwrap());
        Database::open(&directory.join("pto.sqlite"), lock, |_, _| Ok(())).unwrap().0
    }

    async fn add(database: &Database, number: i64) -> Result<usize, PortError> {
        let job = move |connection: &Connection| connection.execute("INSERT INTO sets VALUES ('p', 's', ?)", [number]);
        database.write(|| "add".to_owned(), job).await
    }

    async fn numbers(database: &Database) -> Vec<i64> {
        let query = |connection: &Connection| {
            let mut statement = connection.prepare("SELECT number FROM sets ORDER BY number")?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        database.read(|| "list".to_owned(), query).await.unwrap()
    }

    #[tokio::test]
    async fn a_write_that_fails_or_panics_is_undone_alone() {
        let directory = tempfile::tempdir().unwrap();
        let database = open(directory.path());
        let refused = |number: i64| {
            database.write(
                || "break".to_owned(),
                move |connection: &Connection| {
                    connection.execute("INSERT INTO sets VALUES ('p', 's', ?)", [number])?;
                    assert!(number % 2 == 0, "an odd number");
                    connection.execute("INSERT INTO nowhere VALUES (1)", [])
                },
            )
        };
        // Sent before the first is answered, so that several share a commit.
        let (good, bad) = futures_util::join!(
            join_all((0..20).map(|number| add(&database, number))),
            join_all((100..120).map(refused))
        );
        assert!(good.iter().all(Result::is_ok), "{good:?}");
        assert!(bad.iter().all(Result::is_err), "{bad:?}");
        assert_eq!(numbers(&database).await, (0..20).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_full_disk_is_an_error_and_what_was_answered_stays() {
        let directory = tempfile::tempdir().unwrap();
        let database = open(directory.path());
        add(&database, 1).await.unwrap();
        let limit_pages = |pages: u32| {
            let sql = format!("PRAGMA max_page_count = {pages}");
            database.write(|| "limit".to_owned(), move |connection| connection.query_row(&sql, [], |_| Ok(())))
        };
        limit_pages(1).await.unwrap();
        let fill = |partition: &'static str| {
            database.write(
                || "fill".to_owned(),
                move |connection: &Connection| {
                    connection.execute("INSERT INTO entries VALUES (?, 's', 1, zeroblob(1000000))", [partition])
                },
            )
        };
        let filled = join_all(["a", "b", "c"].map(fill)).await;
        assert!(filled.iter().all(Result::is_err), "{filled:?}");
        limit_pages(1_000_000).await.unwrap();
        add(&database, 2).await.unwrap();
        fill("d").await.unwrap();
        assert_eq!(numbers(&database).await, [1, 2]);
    }
}
