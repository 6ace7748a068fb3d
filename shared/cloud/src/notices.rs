use crate::QueryClient;
use async_trait::async_trait;
use ports::{LoggedNotices, Notice, Notices, PortError};

/// Notices to the subscribers of an SNS topic, and to the log.
#[derive(Debug, Clone)]
pub struct SnsNotices {
    client: QueryClient,
    endpoint: String,
    topic: String,
}

impl SnsNotices {
    /// To this topic (ARN); `client` signs for the service `sns`.
    pub fn new(client: QueryClient, endpoint: impl Into<String>, topic: impl Into<String>) -> Self {
        Self { client, endpoint: endpoint.into(), topic: topic.into() }
    }
}

#[async_trait]
impl Notices for SnsNotices {
    async fn tell(&self, notice: &Notice) -> Result<(), PortError> {
        LoggedNotices.tell(notice).await?;
        let fields = fields(&self.topic, notice).map(|(name, value)| (name.to_owned(), value));
        let published = self.client.form(&self.endpoint, &fields).await;
        published.map_err(|error| PortError::new(format!("publish a notice to {}", self.topic), error))?;
        Ok(())
    }
}

/// The subject of a letter may hold ASCII only, so it is the name of the stage.
fn fields(topic: &str, notice: &Notice) -> [(&'static str, String); 5] {
    let document = notice.document.as_ref();
    let document = document.map(|document| format!("\nДокумент: {}/{}", document.tenant, document.document));
    [
        ("Action", "Publish".to_owned()),
        ("Version", "2010-03-31".to_owned()),
        ("TopicArn", topic.to_owned()),
        ("Subject", format!("PTO: {}", notice.stage)),
        ("Message", format!("{}: {}{}", notice.stage.title(), notice.text, document.unwrap_or_default())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::StageName;

    #[test]
    fn a_notice_says_the_stage_and_the_sentence() {
        let notice =
            Notice { stage: StageName::Indexer, document: None, text: "Очередь выросла.".to_owned() };
        let fields = fields("arn:aws:sns:eu-central-1:1:pto", &notice);
        assert!(fields.contains(&("Subject", "PTO: indexer".to_owned())));
        assert!(fields.contains(&("Message", "подготовка поиска: Очередь выросла.".to_owned())));
    }
}
