//! The HTTP API of every host: projects, uploads, jobs and results. [`router`] is mounted by `pto serve` on one machine,
//! by the function's shell behind API Gateway, and by a container.
//!
//! Who calls is decided in front of it: a request without the extension [`Caller`] is refused. The tenant stands first
//! in every key, so what belongs to another tenant is not found. `docs/openapi.json` describes the routes.

mod amendments;
mod attachments;
mod documents;
mod file_name;
mod jobs;
mod links;
mod problem;
mod project_file;
mod projects;
mod results;
mod routes;
mod uploads;

pub use problem::Problem;
pub use routes::{Operation, ROUTES, Route, router};

use domain::{Bucket, DocumentRef, TenantId};
use pipeline::{Amending, Intake, PageStore, Records};
use ports::{Blobs, Clock, Compute, Host, Links, Missing};
use std::sync::Arc;

/// Whose request it is: an extension that whoever authenticates the request puts into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The tenant.
    pub tenant: TenantId,
}

/// How many pages of a document a host itself has counted as read.
type PagesRead = Arc<dyn Fn(&DocumentRef) -> u32 + Send + Sync>;

/// What the routes need of their host.
#[derive(Clone)]
pub struct Api {
    records: Records,
    intake: Intake,
    amending: Amending,
    results: Arc<dyn Blobs>,
    pages: PageStore,
    links: Arc<dyn Links>,
    clock: Arc<dyn Clock>,
    compute: Arc<dyn Compute>,
    /// What the stages can take: a larger file is refused before its bytes are sent.
    largest_bytes: u64,
    pages_read: Option<PagesRead>,
}

impl Api {
    /// Takes from the host exactly the ports it uses.
    pub fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            records: Records::new(host.ledger()?),
            intake: Intake::build(host)?,
            amending: Amending::build(host)?,
            results: host.blobs(Bucket::Results)?,
            pages: PageStore::new(host.blobs(Bucket::Pages)?),
            links: host.links()?,
            clock: host.clock()?,
            compute: host.compute()?,
            largest_bytes: host.largest_file_bytes()?,
            pages_read: None,
        })
    }

    /// The same, with the host's own count of the pages of a document that are read: the ledger counts whole chunks.
    #[must_use]
    pub fn with_pages_read(mut self, count: impl Fn(&DocumentRef) -> u32 + Send + Sync + 'static) -> Self {
        self.pages_read = Some(Arc::new(count));
        self
    }
}
