use crate::batches::batches;
use crate::queue::{REASON_ATTRIBUTE, back_off_seconds, is_void, lease_seconds, lease_until, poll_seconds, trace};
use crate::{CloudQueue, DeadLetters, Delivery, Lease, QueryClient, QueryError, QueueDepth, XmlElement};
use async_trait::async_trait;
use ports::{Clock, PortError, Queue};
use std::sync::Arc;

/// A queue that speaks the query protocol of SQS, as Yandex Message Queue does. The trace header travels as the message
/// attribute `AWSTraceHeader`: this dialect has no system attributes to send.
#[derive(Clone)]
pub struct YmqQueue {
    client: QueryClient,
    url: String,
    clock: Arc<dyn Clock>,
}

const TRACE_ATTRIBUTE: &str = "AWSTraceHeader";

impl YmqQueue {
    /// The queue at this URL; `client` signs for the service `sqs`.
    pub fn new(client: QueryClient, url: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self { client, url: url.into(), clock }
    }

    async fn call(&self, action: &str, fields: Vec<(String, String)>) -> Result<XmlElement, QueryError> {
        let mut all = vec![
            ("Action".to_owned(), action.to_owned()),
            ("Version".to_owned(), "2012-11-05".to_owned()),
            ("QueueUrl".to_owned(), self.url.clone()),
        ];
        all.extend(fields);
        self.client.form(&self.url, &all).await
    }

    async fn send_batch(&self, bodies: &[String], attributes: &[(&str, String)]) -> Result<(), PortError> {
        let failed = || format!("send {} messages to {}", bodies.len(), self.url);
        let answer = self.call("SendMessageBatch", batch_fields(bodies, attributes)).await;
        let answer = answer.map_err(|error| PortError::new(failed(), error))?;
        sent(&answer, bodies.len()).map_err(|what| PortError::plain(format!("{}: {what}", failed())))
    }

    /// Whether the receipt was good.
    async fn settle(&self, action: &str, lease: &Lease, seconds: Option<i32>) -> Result<bool, PortError> {
        if lease.until_ms <= self.clock.now_ms() {
            return Ok(false);
        }
        let mut fields = vec![("ReceiptHandle".to_owned(), lease.receipt.clone())];
        fields.extend(seconds.map(|seconds| ("VisibilityTimeout".to_owned(), seconds.to_string())));
        match self.call(action, fields).await {
            Ok(_) => Ok(true),
            Err(QueryError::Refused { code, message, .. }) if is_void(Some(&code), Some(&message)) => Ok(false),
            Err(error) => Err(PortError::new(format!("settle a message of {}", self.url), error)),
        }
    }
}

#[async_trait]
impl Queue for YmqQueue {
    async fn send(&self, bodies: &[String]) -> Result<(), PortError> {
        let attributes: Vec<_> = trace().into_iter().map(|trace| (TRACE_ATTRIBUTE, trace)).collect();
        for batch in batches(bodies) {
            self.send_batch(batch, &attributes).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl DeadLetters for YmqQueue {
    async fn add(&self, body: &str, reason: &str) -> Result<(), PortError> {
        let trace = trace().into_iter().map(|trace| (TRACE_ATTRIBUTE, trace));
        let attributes: Vec<_> = trace.chain([(REASON_ATTRIBUTE, reason.to_owned())]).collect();
        self.send_batch(&[body.to_owned()], &attributes).await
    }
}

#[async_trait]
impl CloudQueue for YmqQueue {
    async fn receive(&self, at_most: usize, lease_ms: u64, wait_ms: u64) -> Result<Vec<Delivery>, PortError> {
        let asked_at_ms = self.clock.now_ms();
        let seconds = lease_seconds(lease_ms);
        let fields = [
            ("MaxNumberOfMessages", at_most.clamp(1, 10).to_string()),
            ("VisibilityTimeout", seconds.to_string()),
            ("WaitTimeSeconds", poll_seconds(wait_ms).to_string()),
            ("AttributeName.1", "ApproximateReceiveCount".to_owned()),
            ("MessageAttributeName.1", TRACE_ATTRIBUTE.to_owned()),
            ("MessageAttributeName.2", REASON_ATTRIBUTE.to_owned()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let answer = self.call("ReceiveMessage", fields).await;
        let answer = answer.map_err(|error| PortError::new(format!("receive from {}", self.url), error))?;
        let until_ms = lease_until(asked_at_ms, seconds);
        let messages =
            answer.child("ReceiveMessageResult").into_iter().flat_map(|result| result.children_of("Message"));
        let deliveries: Option<Vec<_>> = messages.map(|message| delivery(message, until_ms)).collect();
        deliveries.ok_or_else(|| PortError::plain(format!("read a message of {}: it has no body or receipt", self.url)))
    }

    async fn ack(&self, lease: &Lease) -> Result<bool, PortError> {
        self.settle("DeleteMessage", lease, None).await
    }

    async fn release(&self, lease: &Lease, after_ms: u64) -> Result<bool, PortError> {
        self.settle("ChangeMessageVisibility", lease, Some(back_off_seconds(after_ms))).await
    }

    async fn depth(&self) -> Result<QueueDepth, PortError> {
        let fields = vec![("AttributeName.1".to_owned(), "All".to_owned())];
        let answer = self.call("GetQueueAttributes", fields).await;
        let answer = answer.map_err(|error| PortError::new(format!("measure {}", self.url), error))?;
        let result = answer.child("GetQueueAttributesResult");
        let number = |name| {
            let value = result.and_then(|result| attribute(result, name));
            value.and_then(|value| value.parse::<u64>().ok()).unwrap_or_default()
        };
        Ok(QueueDepth {
            waiting: number("ApproximateNumberOfMessages") + number("ApproximateNumberOfMessagesDelayed"),
            running: number("ApproximateNumberOfMessagesNotVisible"),
        })
    }
}

fn batch_fields(bodies: &[String], attributes: &[(&str, String)]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (number, body) in (1..).zip(bodies) {
        let entry = format!("SendMessageBatchRequestEntry.{number}");
        fields.push((format!("{entry}.Id"), number.to_string()));
        fields.push((format!("{entry}.MessageBody"), body.clone()));
        for (number, (name, value)) in (1..).zip(attributes) {
            let attribute = format!("{entry}.MessageAttribute.{number}");
            fields.push((format!("{attribute}.Name"), (*name).to_owned()));
            fields.push((format!("{attribute}.Value.DataType"), "String".to_owned()));
            fields.push((format!("{attribute}.Value.StringValue"), value.clone()));
        }
    }
    fields
}

/// Checks that an answer says of every message of the batch that it was sent.
fn sent(answer: &XmlElement, expected: usize) -> Result<(), String> {
    let Some(result) = answer.child("SendMessageBatchResult") else {
        return Err("the answer says nothing of them".to_owned());
    };
    let refused: Vec<_> = result.children_of("BatchResultErrorEntry").collect();
    if let Some(first) = refused.first() {
        let text = |name| first.text_of(name).unwrap_or_default();
        let (count, code, message) = (refused.len(), text("Code"), text("Message"));
        return Err(format!("{count} were refused, the first with {code}: {message}"));
    }
    match result.children_of("SendMessageBatchResultEntry").count() {
        count if count == expected => Ok(()),
        count => Err(format!("only {count} are said to be sent")),
    }
}

fn delivery(message: &XmlElement, until_ms: u64) -> Option<Delivery> {
    let carried = |name| {
        let found = message.children_of("MessageAttribute").find(|one| one.text_of("Name") == Some(name));
        found.and_then(|one| one.child("Value")?.text_of("StringValue")).map(str::to_owned)
    };
    Some(Delivery {
        body: message.text_of("Body")?.to_owned(),
        attempt: attribute(message, "ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1),
        lease: Lease { receipt: message.text_of("ReceiptHandle")?.to_owned(), until_ms },
        message_id: message.text_of("MessageId").unwrap_or_default().to_owned(),
        trace: carried(TRACE_ATTRIBUTE),
        reason: carried(REASON_ATTRIBUTE),
    })
}

/// Value of an `<Attribute><Name/><Value/></Attribute>`.
fn attribute<'a>(parent: &'a XmlElement, name: &str) -> Option<&'a str> {
    parent.children_of("Attribute").find(|one| one.text_of("Name") == Some(name))?.text_of("Value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(entries: &str) -> XmlElement {
        let document = format!(
            "<SendMessageBatchResponse><SendMessageBatchResult>{entries}</SendMessageBatchResult></SendMessageBatchResponse>"
        );
        XmlElement::read(&document).unwrap()
    }

    #[test]
    fn a_batch_is_sent_only_when_all_of_it_is() {
        let good = "<SendMessageBatchResultEntry><Id>1</Id></SendMessageBatchResultEntry>";
        let bad = "<BatchResultErrorEntry><Id>2</Id><Code>InternalError</Code></BatchResultErrorEntry>";
        assert_eq!(sent(&answer(&good.repeat(2)), 2), Ok(()));
        assert!(sent(&answer(&format!("{good}{bad}")), 2).unwrap_err().contains("InternalError"));
        assert!(sent(&answer(good), 2).is_err());
        assert!(sent(&XmlElement::default(), 1).is_err());
    }
}
