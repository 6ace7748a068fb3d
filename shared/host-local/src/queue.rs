use crate::{QueueDepth, database::Database, signals::Signals};
use async_trait::async_trait;
use domain::StageName;
use ports::{Clock, PortError, Queue};
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How much longer than the stage's limit a lease lasts: the limit ends the run first, and its verdict is written
/// while the lease still holds.
const LEASE_MARGIN_MS: u64 = 60_000;

/// The longest a message can have been told to wait; a later time means that the clock was set back.
const LONGEST_BACK_OFF_MS: u64 = 60_000;

/// More waiting messages than this are not counted when receiving.
const WAITING_COUNTED: i64 = 1000;

/// A message in flight at this many unclean stops is suspected of causing them, and runs alone.
pub(crate) const CRASHES_OF_A_SUSPECT: u32 = 3;

/// A message in flight at this many unclean stops becomes a dead letter.
const CRASHES_OF_A_DEAD_LETTER: u32 = 100;

/// What the queues of all stages share.
pub(crate) struct Queues {
    pub(crate) database: Arc<Database>,
    pub(crate) signals: Arc<Signals>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Leases of an earlier process are void, so counting from 1 in each process is enough.
    pub(crate) next_lease: AtomicI64,
}

/// The right to settle one delivery. Void once the lease has lapsed and the message was delivered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease(pub(crate) i64);

/// A message as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// With which it is settled.
    pub lease: Lease,
    /// The task, to the letter as it was sent.
    pub body: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// At how many unclean stops of the process the message was being worked on.
    pub crashes: u32,
}

/// A message that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Number of the letter, for [`SqliteQueue::redrive`].
    pub id: i64,
    /// The task.
    pub body: String,
    /// Why it was given up, for the operator.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
    /// At how many unclean stops of the process it was being worked on.
    pub crashes: u32,
    /// When it was sent, milliseconds since 1970.
    pub enqueued_at_ms: u64,
    /// When it was given up, milliseconds since 1970.
    pub died_at_ms: u64,
}

/// What one look into the queue found.
pub(crate) struct Harvest {
    pub(crate) messages: Vec<Received>,
    /// How many more could be received now, counted up to a thousand.
    pub(crate) waiting: u64,
    /// When the next message or lapsed lease will be there, if that is later than now.
    pub(crate) next_due_ms: Option<u64>,
}

/// The queue of one stage in SQLite, both ends. Durable when `Ok` is answered. Delivers at least once: a message is
/// shown to one receiver at a time, until it is settled or its lease lapses (the stage's limit and a minute).
#[derive(Clone)]
pub struct SqliteQueue {
    pub(crate) queues: Arc<Queues>,
    pub(crate) stage: StageName,
}

#[async_trait]
impl Queue for SqliteQueue {
    async fn send(&self, bodies: &[String]) -> Result<(), PortError> {
        if bodies.is_empty() {
            return Ok(());
        }
        let (bodies, stage, now) = (bodies.to_vec(), self.stage, self.now());
        let job =
            move |connection: &Connection| bodies.iter().try_for_each(|body| insert(connection, stage, body, now));
        self.queues.database.write(|| format!("send to {stage}"), job).await?;
        self.tell();
        Ok(())
    }
}

impl SqliteQueue {
    /// Whose queue it is.
    pub fn stage(&self) -> StageName {
        self.stage
    }

    /// How long a receiver has to settle a message.
    pub fn lease_ms(&self) -> u64 {
        self.stage.limit_ms() + LEASE_MARGIN_MS
    }

    /// Takes up to `at_most` messages that are due, each leased. Messages whose attempts are used up go to the dead
    /// letters instead.
    pub async fn receive(&self, at_most: usize) -> Result<Vec<Received>, PortError> {
        Ok(self.harvest(at_most).await?.messages)
    }

    pub(crate) async fn harvest(&self, at_most: usize) -> Result<Harvest, PortError> {
        let (queues, stage, now, ends) = (Arc::clone(&self.queues), self.stage, self.now(), self.lease_end());
        let job = move |connection: &Connection| {
            let mut messages = Vec::with_capacity(at_most);
            while messages.len() < at_most
                && let Some((id, mut message)) = first_due(connection, stage, now)?
            {
                if message.attempt > stage.max_attempts() {
                    let reason = format!("{} attempts have not come to an end", stage.max_attempts());
                    bury(connection, id, &reason, now)?;
                    continue;
                }
                message.lease = Lease(queues.next_lease.fetch_add(1, Ordering::Relaxed));
                let sql = "UPDATE messages SET lease = ?, visible_at_ms = ?, attempts = attempts + 1 WHERE id = ?";
                connection.prepare_cached(sql)?.execute(params![message.lease.0, ends, id])?;
                messages.push(message);
            }
            let sql = "SELECT count(*) FROM (SELECT 1 FROM messages WHERE stage = ? AND visible_at_ms <= ? LIMIT ?)";
            let waiting: i64 = connection
                .prepare_cached(sql)?
                .query_row(params![stage.name(), now, WAITING_COUNTED], |row| row.get(0))?;
            let sql = "SELECT min(visible_at_ms) FROM messages WHERE stage = ? AND visible_at_ms > ?";
            let next: Option<i64> =
                connection.prepare_cached(sql)?.query_row(params![stage.name(), now], |row| row.get(0))?;
            Ok(Harvest { messages, waiting: waiting.unsigned_abs(), next_due_ms: next.map(i64::unsigned_abs) })
        };
        let harvest = self.queues.database.write(|| format!("receive from {stage}"), job).await?;
        if !harvest.messages.is_empty() {
            self.queues.signals.tell_changed();
        }
        Ok(harvest)
    }

    /// Deletes a message that is done. `false` when the lease is void: nothing happens then.
    pub async fn ack(&self, lease: Lease) -> Result<bool, PortError> {
        let job = move |connection: &Connection| {
            let sql = "DELETE FROM messages WHERE lease = ?";
            Ok(connection.prepare_cached(sql)?.execute([lease.0])? > 0)
        };
        let action = || format!("acknowledge a message of {}", self.stage);
        let acknowledged = self.queues.database.write(action, job).await?;
        self.queues.signals.tell_changed();
        Ok(acknowledged)
    }

    /// Shows a message again after `after_ms`, or moves it to the dead letters with `reason` if this was its last
    /// attempt. `false` when the lease is void: nothing happens then.
    pub async fn release(&self, lease: Lease, after_ms: u64, reason: &str) -> Result<bool, PortError> {
        let (stage, now, due) = (self.stage, self.now(), self.due_in(after_ms));
        let reason = reason.to_owned();
        self.settle("release a message", move |connection| {
            let sql = "SELECT id, attempts FROM messages WHERE lease = ?";
            let found = connection.prepare_cached(sql)?.query_row([lease.0], |row| Ok((row.get(0)?, row.get(1)?)));
            let Some((id, attempts)): Option<(i64, u32)> = found.optional()? else { return Ok(false) };
            if attempts >= stage.max_attempts() {
                bury(connection, id, &reason, now)?;
            } else {
                let sql = "UPDATE messages SET lease = NULL, visible_at_ms = ? WHERE id = ?";
                connection.prepare_cached(sql)?.execute([due, id])?;
            }
            Ok(true)
        })
        .await
    }

    /// Shows a message again at once and does not count the attempt: it was not its fault that it was not done.
    /// `false` when the lease is void: nothing happens then.
    pub async fn give_back(&self, lease: Lease) -> Result<bool, PortError> {
        let now = self.now();
        self.settle("give a message back", move |connection| {
            let sql = "UPDATE messages SET lease = NULL, visible_at_ms = ?, attempts = attempts - 1 WHERE lease = ?";
            Ok(connection.prepare_cached(sql)?.execute([now, lease.0])? > 0)
        })
        .await
    }

    /// Moves a message to the dead letters at once. `false` when the lease is void: nothing happens then.
    pub async fn bury(&self, lease: Lease, reason: &str) -> Result<bool, PortError> {
        let (now, reason) = (self.now(), reason.to_owned());
        self.settle("give a message up", move |connection| {
            let sql = "SELECT id FROM messages WHERE lease = ?";
            let found: Option<i64> =
                connection.prepare_cached(sql)?.query_row([lease.0], |row| row.get(0)).optional()?;
            found.map_or(Ok(false), |id| bury(connection, id, &reason, now).map(|()| true))
        })
        .await
    }

    /// Lets the lease begin anew. `false` when it is void: somebody else has the message.
    pub(crate) async fn renew(&self, lease: Lease) -> Result<bool, PortError> {
        let ends = self.lease_end();
        self.settle("renew a lease", move |connection| {
            let sql = "UPDATE messages SET visible_at_ms = ? WHERE lease = ?";
            Ok(connection.prepare_cached(sql)?.execute([ends, lease.0])? > 0)
        })
        .await
    }

    /// Sends `body` unless a message of this stage is there already, waiting or being worked on.
    pub(crate) async fn send_unless_there(&self, body: String) -> Result<bool, PortError> {
        let (stage, now) = (self.stage, self.now());
        let job = move |connection: &Connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM messages WHERE stage = ?)";
            let there: bool = connection.prepare_cached(sql)?.query_row([stage.name()], |row| row.get(0))?;
            if !there {
                insert(connection, stage, &body, now)?;
            }
            Ok(!there)
        };
        let sent = self.queues.database.write(|| format!("send to {stage}"), job).await?;
        if sent {
            self.tell();
        }
        Ok(sent)
    }

    /// The oldest dead letters, at most `limit`.
    pub async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, PortError> {
        let stage = self.stage;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = move |connection: &Connection| {
            let sql = "SELECT id, body, reason, attempts, crashes, enqueued_at_ms, died_at_ms FROM dead_letters
                       WHERE stage = ? ORDER BY id LIMIT ?";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![stage.name(), limit], |row| {
                let (enqueued, died): (i64, i64) = (row.get(5)?, row.get(6)?);
                Ok(DeadLetter {
                    id: row.get(0)?,
                    body: row.get(1)?,
                    reason: row.get(2)?,
                    attempts: row.get(3)?,
                    crashes: row.get(4)?,
                    enqueued_at_ms: enqueued.unsigned_abs(),
                    died_at_ms: died.unsigned_abs(),
                })
            })?;
            rows.collect()
        };
        self.queues.database.read(|| format!("list the dead letters of {stage}"), query).await
    }

    /// Puts a dead letter back into the queue, or all of this stage when `id` is `None`, with its attempts and crashes
    /// forgotten. Answers how many were put back.
    pub async fn redrive(&self, id: Option<i64>) -> Result<usize, PortError> {
        let (stage, now) = (self.stage, self.now());
        let job = move |connection: &Connection| {
            let sql = "INSERT INTO messages (stage, body, enqueued_at_ms, visible_at_ms)
                       SELECT stage, body, enqueued_at_ms, ?3 FROM dead_letters
                       WHERE stage = ?1 AND id = coalesce(?2, id) ORDER BY id";
            connection.prepare_cached(sql)?.execute(params![stage.name(), id, now])?;
            let sql = "DELETE FROM dead_letters WHERE stage = ?1 AND id = coalesce(?2, id)";
            connection.prepare_cached(sql)?.execute(params![stage.name(), id])
        };
        let count = self.queues.database.write(|| format!("redrive dead letters of {stage}"), job).await?;
        self.tell();
        Ok(count)
    }

    /// Runs a job that ends or changes a delivery, and tells those who wait.
    async fn settle(
        &self,
        action: &'static str,
        job: impl FnOnce(&Connection) -> rusqlite::Result<bool> + Send + 'static,
    ) -> Result<bool, PortError> {
        let settled = self.queues.database.write(|| format!("{action} of {}", self.stage), job).await?;
        self.tell();
        Ok(settled)
    }

    fn tell(&self) {
        self.queues.signals.tell_work(self.stage);
        self.queues.signals.tell_changed();
    }

    fn now(&self) -> i64 {
        stored_time(self.queues.clock.now_ms())
    }

    fn due_in(&self, after_ms: u64) -> i64 {
        stored_time(self.queues.clock.now_ms().saturating_add(after_ms))
    }

    fn lease_end(&self) -> i64 {
        self.due_in(self.lease_ms())
    }
}

/// Voids the leases of the process that had the database before: its messages can be received at once and the
/// attempt is not counted, but an unclean stop is. Called before anybody receives.
pub(crate) fn recover(connection: &Connection, stopped_cleanly: bool, now_ms: u64) -> rusqlite::Result<()> {
    let now = stored_time(now_ms);
    // A suspect goes behind the others, so that they get done even if it ends the process again.
    connection.execute(
        "UPDATE messages SET lease = NULL, attempts = max(attempts - 1, 0), crashes = crashes + ?1,
             visible_at_ms = CASE WHEN crashes + ?1 >= ?2 THEN ?3 ELSE min(enqueued_at_ms, ?3) END
         WHERE lease IS NOT NULL",
        params![i64::from(!stopped_cleanly), CRASHES_OF_A_SUSPECT, now],
    )?;
    let latest = stored_time(now_ms.saturating_add(LONGEST_BACK_OFF_MS));
    connection.execute("UPDATE messages SET visible_at_ms = ?1 WHERE visible_at_ms > ?2", [now, latest])?;
    let fatal: Vec<i64> = connection
        .prepare("SELECT id FROM messages WHERE crashes >= ?")?
        .query_map([CRASHES_OF_A_DEAD_LETTER], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in fatal {
        let reason = format!("it was being worked on at {CRASHES_OF_A_DEAD_LETTER} unclean stops of the program");
        bury(connection, id, &reason, now)?;
    }
    Ok(())
}

/// How full each queue is, in the order of the way.
pub(crate) fn depths(connection: &Connection, now_ms: u64) -> rusqlite::Result<Vec<QueueDepth>> {
    let mut messages = connection.prepare_cached(
        "SELECT count(*), count(lease) FILTER (WHERE visible_at_ms > ?2) FROM messages WHERE stage = ?1",
    )?;
    let mut dead = connection.prepare_cached("SELECT count(*) FROM dead_letters WHERE stage = ?")?;
    let depth = |stage: StageName| {
        let counts =
            messages.query_row(params![stage.name(), stored_time(now_ms)], |row| Ok((row.get(0)?, row.get(1)?)));
        let (all, running): (i64, i64) = counts?;
        let dead: i64 = dead.query_row([stage.name()], |row| row.get(0))?;
        let [waiting, running, dead] = [all - running, running, dead].map(i64::unsigned_abs);
        Ok(QueueDepth { stage, waiting, running, dead })
    };
    StageName::ALL.into_iter().map(depth).collect()
}

fn insert(connection: &Connection, stage: StageName, body: &str, now: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO messages (stage, body, enqueued_at_ms, visible_at_ms) VALUES (?1, ?2, ?3, ?3)";
    connection.prepare_cached(sql)?.execute(params![stage.name(), body, now]).map(drop)
}

/// The due message that has waited longest, numbered as the attempt that would be made now, not leased yet.
fn first_due(connection: &Connection, stage: StageName, now: i64) -> rusqlite::Result<Option<(i64, Received)>> {
    let sql = "SELECT id, body, attempts, crashes FROM messages
               WHERE stage = ? AND visible_at_ms <= ? ORDER BY visible_at_ms, id LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let first = statement.query_row(params![stage.name(), now], |row| {
        let attempts: u32 = row.get(2)?;
        let message = Received { lease: Lease(0), body: row.get(1)?, attempt: attempts + 1, crashes: row.get(3)? };
        Ok((row.get(0)?, message))
    });
    first.optional()
}

fn bury(connection: &Connection, id: i64, reason: &str, now: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO dead_letters (stage, body, reason, attempts, crashes, enqueued_at_ms, died_at_ms)
               SELECT stage, body, ?, attempts, crashes, enqueued_at_ms, ? FROM messages WHERE id = ?";
    connection.prepare_cached(sql)?.execute(params![reason, now, id])?;
    connection.prepare_cached("DELETE FROM messages WHERE id = ?")?.execute([id]).map(drop)
}

fn stored_time(milliseconds: u64) -> i64 {
    i64::try_from(milliseconds).unwrap_or(i64::MAX)
}
