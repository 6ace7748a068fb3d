use crate::OpenError;
use rusqlite::Connection;
use std::path::Path;

/// Step `n` (from 0) takes a database from schema version `n` to `n + 1`. Steps are added, never changed.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE installation (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 0),
        running INTEGER NOT NULL
    );
    INSERT INTO installation VALUES (0, 0);

    CREATE TABLE entries (
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        version INTEGER NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (partition, sort)
    ) WITHOUT ROWID;

    CREATE TABLE sets (
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (partition, sort, number)
    ) WITHOUT ROWID;

    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        stage TEXT NOT NULL,
        body TEXT NOT NULL,
        enqueued_at_ms INTEGER NOT NULL,
        -- while it is leased: when the lease ends
        visible_at_ms INTEGER NOT NULL,
        lease INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        crashes INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX messages_by_time ON messages (stage, visible_at_ms);
    CREATE INDEX messages_by_lease ON messages (lease) WHERE lease IS NOT NULL;

    CREATE TABLE dead_letters (
        id INTEGER PRIMARY KEY,
        stage TEXT NOT NULL,
        body TEXT NOT NULL,
        reason TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        crashes INTEGER NOT NULL,
        enqueued_at_ms INTEGER NOT NULL,
        died_at_ms INTEGER NOT NULL
    );
    CREATE INDEX dead_letters_by_stage ON dead_letters (stage, id);
"];

/// Brings the database to the newest schema, each step in a transaction of its own.
pub(crate) fn migrate(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::Database { action: "bring the schema up to date", path: path.to_owned(), source };
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
    let known = MIGRATIONS.len() as i64;
    let newer = || OpenError::Newer { path: path.to_owned(), found, known };
    if found > known {
        return Err(newer());
    }
    for (step, sql) in (1_i64..).zip(MIGRATIONS).filter(|(step, _)| *step > found) {
        let transaction = connection.unchecked_transaction().map_err(failed)?;
        transaction.execute_batch(sql).map_err(failed)?;
        transaction.pragma_update(None, "user_version", step).map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    Ok(())
}
