use crate::PortError;
use async_trait::async_trait;
use domain::{DocumentRef, StageName};

/// Something the administrator should know. It names nobody and quotes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which stage it is about.
    pub stage: StageName,
    /// Which document, if one.
    pub document: Option<DocumentRef>,
    /// One Russian sentence: what happened and what is done about it.
    pub text: String,
}

/// Tells the administrator. A notice may be lost or come twice; nothing waits for it.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Tells.
    async fn tell(&self, notice: &Notice) -> Result<(), PortError>;
}

/// Notices that go to the log alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoggedNotices;

#[async_trait]
impl Notices for LoggedNotices {
    async fn tell(&self, notice: &Notice) -> Result<(), PortError> {
        let document = notice.document.as_ref().map(|document| document.document.as_str());
        tracing::warn!(stage = %notice.stage, document, "notice: {}", notice.text);
        Ok(())
    }
}
