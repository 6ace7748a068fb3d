use crate::{database::Database, signals::Signals};
use async_trait::async_trait;
use ports::{Entry, Expected, Ledger, LedgerKey, PortError, PutOutcome};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Records in SQLite. The version of an entry that was deleted and made again begins at 1 again.
pub(crate) struct SqliteLedger {
    pub(crate) database: Arc<Database>,
    pub(crate) signals: Arc<Signals>,
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn get(&self, key: &LedgerKey) -> Result<Option<Entry>, PortError> {
        let own = key.clone();
        let query = move |connection: &Connection| {
            let sql = "SELECT version, value FROM entries WHERE partition = ? AND sort = ?";
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_row([own.partition(), own.sort()], |row| Ok((row.get(0)?, row.get(1)?)));
            let found: Option<(i64, String)> = found.optional()?;
            Ok(found.map(|(version, value)| Entry { key: own, value, version: version.unsigned_abs() }))
        };
        self.database.read(|| format!("read record {key}"), query).await
    }

    async fn put(&self, key: &LedgerKey, value: &str, expected: Expected) -> Result<PutOutcome, PortError> {
        let (own, value) = (key.clone(), value.to_owned());
        let job = move |connection: &Connection| match expected {
            Expected::Absent => {
                let sql = "INSERT INTO entries VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING";
                let written = connection.prepare_cached(sql)?.execute([own.partition(), own.sort(), &value])?;
                Ok(if written == 1 { PutOutcome::Written(1) } else { PutOutcome::Conflict })
            }
            Expected::Version(version) => {
                // A version that no entry can have conflicts with all.
                let found = i64::try_from(version).unwrap_or(-1);
                let sql = "UPDATE entries SET version = version + 1, value = ?
                           WHERE partition = ? AND sort = ? AND version = ?";
                let written =
                    connection.prepare_cached(sql)?.execute(params![value, own.partition(), own.sort(), found])?;
                Ok(if written == 1 { PutOutcome::Written(version + 1) } else { PutOutcome::Conflict })
            }
        };
        let outcome = self.database.write(|| format!("write record {key}"), job).await?;
        if outcome != PutOutcome::Conflict {
            self.signals.tell_changed();
        }
        Ok(outcome)
    }

    async fn delete(&self, key: &LedgerKey) -> Result<(), PortError> {
        let own = key.clone();
        let job = move |connection: &Connection| {
            let sql = "DELETE FROM entries WHERE partition = ? AND sort = ?";
            connection.prepare_cached(sql)?.execute([own.partition(), own.sort()])
        };
        self.database.write(|| format!("delete record {key}"), job).await?;
        self.signals.tell_changed();
        Ok(())
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: usize) -> Result<Vec<Entry>, PortError> {
        // Sort keys are never empty, so all come after the empty one.
        let (own, after) = (partition.to_owned(), after.unwrap_or_default().to_owned());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = move |connection: &Connection| {
            let sql = "SELECT sort, version, value FROM entries
                       WHERE partition = ? AND sort > ? ORDER BY sort LIMIT ?";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![own, after, limit], |row| {
                let (sort, version): (String, i64) = (row.get(0)?, row.get(1)?);
                let key = LedgerKey::new(own.clone(), sort).map_err(|error| {
                    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
                })?;
                Ok(Entry { key, version: version.unsigned_abs(), value: row.get(2)? })
            })?;
            rows.collect()
        };
        self.database.read(|| format!("read partition {partition}"), query).await
    }

    async fn add_to_set(&self, key: &LedgerKey, number: u32) -> Result<BTreeSet<u32>, PortError> {
        let own = key.clone();
        let job = move |connection: &Connection| {
            let sql = "INSERT INTO sets VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
            connection.prepare_cached(sql)?.execute(params![own.partition(), own.sort(), number])?;
            set(connection, &own)
        };
        let set = self.database.write(|| format!("add {number} to set {key}"), job).await?;
        self.signals.tell_changed();
        Ok(set)
    }

    async fn get_set(&self, key: &LedgerKey) -> Result<BTreeSet<u32>, PortError> {
        let own = key.clone();
        self.database.read(|| format!("read set {key}"), move |connection| set(connection, &own)).await
    }
}

fn set(connection: &Connection, key: &LedgerKey) -> rusqlite::Result<BTreeSet<u32>> {
    let mut statement = connection.prepare_cached("SELECT number FROM sets WHERE partition = ? AND sort = ?")?;
    statement.query_map([key.partition(), key.sort()], |row| row.get(0))?.collect()
}
