use crate::PortError;
use async_trait::async_trait;
use domain::{DocumentId, DocumentRef, Month, ProjectId, ProjectRef, StageName, TenantId, UploadRef};
use std::collections::BTreeSet;
use std::fmt;

/// A text that cannot be a ledger key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("use ledger key `{0}`: 1 to 512 bytes without control characters are allowed")]
pub struct InvalidLedgerKey(pub String);

/// Where an entry stands: a partition, and a sort key inside it. Partition queries come back sorted by the sort key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerKey {
    partition: String,
    sort: String,
}

impl LedgerKey {
    /// A key from stored texts.
    pub fn new(partition: impl Into<String>, sort: impl Into<String>) -> Result<Self, InvalidLedgerKey> {
        let key = Self { partition: partition.into(), sort: sort.into() };
        for text in [&key.partition, &key.sort] {
            if text.is_empty() || text.len() > 512 || text.chars().any(char::is_control) {
                return Err(InvalidLedgerKey(text.clone()));
            }
        }
        Ok(key)
    }

    /// Record of an upload.
    pub fn upload(upload: &UploadRef) -> Self {
        Self { partition: Self::uploads_of(&upload.tenant), sort: upload.upload.to_string() }
    }

    /// Partition of a tenant's uploads.
    pub fn uploads_of(tenant: &TenantId) -> String {
        format!("T#{tenant}#UPLOAD")
    }

    /// What was announced of an upload.
    pub fn announcement(upload: &UploadRef) -> Self {
        Self { partition: format!("T#{}#ANNOUNCED", upload.tenant), sort: upload.upload.to_string() }
    }

    /// A month in which a tenant has uploads; the newest month comes first.
    pub fn month_with_uploads(tenant: &TenantId, month: Month) -> Self {
        Self { partition: Self::months_with_uploads(tenant), sort: newest_first(month.number()) }
    }

    /// Partition of the months in which a tenant has uploads.
    pub fn months_with_uploads(tenant: &TenantId) -> String {
        format!("T#{tenant}#JOBS")
    }

    /// Place of an upload in the list of the month in which it was received; the newest comes first.
    pub fn listed_upload(upload: &UploadRef, received_at_ms: u64) -> Self {
        let partition = Self::uploads_listed_in(&upload.tenant, Month::of_ms(received_at_ms));
        Self { partition, sort: Self::place_of_upload(upload, received_at_ms) }
    }

    /// Partition of a tenant's uploads of a month.
    pub fn uploads_listed_in(tenant: &TenantId, month: Month) -> String {
        format!("T#{tenant}#JOBS#{month}")
    }

    /// Place of an upload in the list of its project; the newest comes first.
    pub fn upload_in_project(upload: &UploadRef, project: &ProjectId, received_at_ms: u64) -> Self {
        let partition = Self::uploads_in_project(&upload.tenant, project);
        Self { partition, sort: Self::place_of_upload(upload, received_at_ms) }
    }

    /// Partition of a project's uploads.
    pub fn uploads_in_project(tenant: &TenantId, project: &ProjectId) -> String {
        format!("T#{tenant}#PROJECT-JOBS#{project}")
    }

    /// Note that all uploads of a tenant stand in the list, those of a program before the list included.
    pub fn all_uploads_listed(tenant: &TenantId) -> Self {
        Self { partition: format!("T#{tenant}#JOBS-COMPLETE"), sort: "ALL".to_owned() }
    }

    /// Record of a project.
    pub fn project(project: &ProjectRef) -> Self {
        Self { partition: Self::projects_of(&project.tenant), sort: project.project.to_string() }
    }

    /// Partition of a tenant's projects.
    pub fn projects_of(tenant: &TenantId) -> String {
        format!("T#{tenant}#PROJECT")
    }

    /// Sort key of an upload in a list: the time counted backwards, then the upload, so that the newest comes first.
    fn place_of_upload(upload: &UploadRef, received_at_ms: u64) -> String {
        format!("{}-{}", newest_first(received_at_ms), upload.upload)
    }

    /// Record of a document.
    pub fn document(document: &DocumentRef) -> Self {
        Self { partition: Self::documents_of(&document.tenant), sort: document.document.to_string() }
    }

    /// Partition of a tenant's documents.
    pub fn documents_of(tenant: &TenantId) -> String {
        format!("T#{tenant}#DOCUMENT")
    }

    /// Set of the finished chunks `shard * 256 .. (shard + 1) * 256` of a document's reading, of one output revision.
    pub fn finished_chunks(document: &DocumentRef, output_revision: u32, shard: u32) -> Self {
        Self {
            partition: format!("T#{}#D#{}", document.tenant, document.document),
            sort: format!("CHUNKS#r{output_revision}#{shard:05}"),
        }
    }

    /// Lease on one task of a document, `task` being a digest of its body.
    pub fn lease(document: &DocumentRef, stage: StageName, task: &DocumentId) -> Self {
        Self {
            partition: format!("T#{}#D#{}", document.tenant, document.document),
            sort: format!("LEASE#{stage}#{task}"),
        }
    }

    /// Lease on the work of a stage on the installation itself.
    pub fn lease_on_installation(stage: StageName) -> Self {
        Self { partition: "INSTALLATION".to_owned(), sort: format!("LEASE#{stage}") }
    }

    /// What the model has cost for a document.
    pub fn model_spending_of_document(document: &DocumentRef) -> Self {
        Self { partition: format!("T#{}#D#{}", document.tenant, document.document), sort: "MODEL-SPENDING".to_owned() }
    }

    /// What the model has cost a tenant in a month.
    pub fn model_spending_of_tenant(tenant: &TenantId, month: Month) -> Self {
        Self { partition: format!("T#{tenant}#MODEL-SPENDING"), sort: month.to_string() }
    }

    /// What the model has cost the installation in a month.
    pub fn model_spending(month: Month) -> Self {
        Self { partition: "INSTALLATION".to_owned(), sort: format!("MODEL-SPENDING#{month}") }
    }

    /// Documents of a tenant that are under way; the sweeper looks here.
    pub fn under_way(document: &DocumentRef) -> Self {
        Self { partition: Self::UNDER_WAY.to_owned(), sort: format!("{}#{}", document.tenant, document.document) }
    }

    /// Partition of the documents under way, of all tenants.
    pub const UNDER_WAY: &'static str = "UNDER-WAY";

    /// The partition.
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The sort key.
    pub fn sort(&self) -> &str {
        &self.sort
    }
}

/// A number as a text that sorts the other way round.
fn newest_first(number: u64) -> String {
    format!("{:020}", u64::MAX - number)
}

impl fmt::Display for LedgerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.partition, self.sort)
    }
}

/// A stored value with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub key: LedgerKey,
    /// The value: JSON text, at most 300 KB.
    pub value: String,
    /// Grows with every put of this key; compared by [`Expected::Version`].
    pub version: u64,
}

/// What a put expects to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing under this key.
    Absent,
    /// The entry of this version.
    Version(u64),
}

/// What became of a put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOutcome {
    /// Written; this is the new version.
    Written(u64),
    /// The expectation did not hold, nothing was written.
    Conflict,
}

/// Name of the field that says when an entry has had its time, milliseconds since 1970, in values that have one.
/// Callers judge it by their own clock; a store may remove such an entry any time after that, late or never.
pub const EXPIRES_AT_MS: &str = "expires_at_ms";

/// Records: the only truth of where a document stands. Kept to what DynamoDB, YDB's Document API and SQLite all do:
/// single-entry conditional writes, number sets, partition queries. No transactions over entries.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// The entry, as of the last answered write; `None` when there is none.
    async fn get(&self, key: &LedgerKey) -> Result<Option<Entry>, PortError>;

    /// Writes the entry if the expectation holds, atomically. After `Err` it may or may not have been written.
    async fn put(&self, key: &LedgerKey, value: &str, expected: Expected) -> Result<PutOutcome, PortError>;

    /// Removes the entry; removing what is not there is `Ok`.
    async fn delete(&self, key: &LedgerKey) -> Result<(), PortError>;

    /// Up to `limit` entries of a partition in the order of their sort keys, beginning after `after`.
    async fn query(&self, partition: &str, after: Option<&str>, limit: usize) -> Result<Vec<Entry>, PortError>;

    /// Adds a number to the set under this key and answers the set as it then is, atomically. Adding what is there
    /// changes nothing. Sets and entries do not share keys.
    async fn add_to_set(&self, key: &LedgerKey, number: u32) -> Result<BTreeSet<u32>, PortError>;

    /// The set under this key; empty when there is none.
    async fn get_set(&self, key: &LedgerKey) -> Result<BTreeSet<u32>, PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UploadId;

    #[test]
    fn what_came_last_stands_first_and_behind_its_tenant() {
        let tenant = TenantId::local();
        let project = ProjectId::of_key(&tenant, "k");
        let upload = UploadRef { tenant: tenant.clone(), upload: UploadId::of(&DocumentId::of(b""), "a.pdf") };
        let times = [0, 9, 10, 1_796_083_200_000, u64::MAX / 2];
        for key in [|upload: &_, _: &_, ms| LedgerKey::listed_upload(upload, ms), LedgerKey::upload_in_project] {
            let sorts: Vec<_> = times.iter().rev().map(|&ms| key(&upload, &project, ms).sort.clone()).collect();
            assert!(sorts.is_sorted(), "{sorts:?}");
            assert!(key(&upload, &project, 0).partition.starts_with("T#local#"));
        }
        let months = [0, 1_796_083_199_999, 1_796_083_200_000].map(Month::of_ms);
        let sorts: Vec<_> =
            months.iter().rev().map(|&month| LedgerKey::month_with_uploads(&tenant, month).sort).collect();
        assert!(sorts.is_sorted(), "{sorts:?}");
    }

    #[test]
    fn keys_of_records_are_well_formed_and_apart() {
        let tenant = TenantId::local();
        let (id, project) = (DocumentId::of(b""), ProjectId::of_key(&TenantId::local(), "k"));
        let upload = UploadRef { tenant: tenant.clone(), upload: UploadId::of(&id, "a.pdf") };
        let keys = [
            LedgerKey::upload(&upload),
            LedgerKey::announcement(&upload),
            LedgerKey::listed_upload(&upload, 0),
            LedgerKey::upload_in_project(&upload, &project, 0),
            LedgerKey::month_with_uploads(&tenant, Month::of_ms(0)),
            LedgerKey::all_uploads_listed(&tenant),
            LedgerKey::project(&ProjectRef { tenant: tenant.clone(), project }),
            LedgerKey::model_spending_of_tenant(&tenant, Month::of_ms(0)),
            LedgerKey::model_spending(Month::of_ms(0)),
            LedgerKey::document(&DocumentRef { tenant, document: id }),
        ];
        let partitions: BTreeSet<_> = keys.iter().map(|key| key.partition.clone()).collect();
        assert_eq!(partitions.len(), keys.len());
        for key in keys {
            assert_eq!(LedgerKey::new(key.partition.clone(), key.sort.clone()), Ok(key));
        }
    }
}
