use crate::batches::batches;
use crate::queue::{REASON_ATTRIBUTE, back_off_seconds, is_void, lease_seconds, lease_until, poll_seconds, trace};
use crate::{CloudQueue, DeadLetters, Delivery, Lease, QueueDepth};
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::{
    Message, MessageAttributeValue, MessageSystemAttributeName, MessageSystemAttributeNameForSends,
    MessageSystemAttributeValue, QueueAttributeName, SendMessageBatchRequestEntry,
};
use ports::{Clock, PortError, Queue};
use std::sync::Arc;

/// A queue of SQS, by the SDK.
#[derive(Clone)]
pub struct SqsQueue {
    client: Client,
    url: String,
    clock: Arc<dyn Clock>,
}

impl SqsQueue {
    /// The queue at this URL.
    pub fn new(client: Client, url: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self { client, url: url.into(), clock }
    }

    async fn send_batch(&self, bodies: &[String], trace: Option<&str>, reason: Option<&str>) -> Result<(), PortError> {
        let failed = || format!("send {} messages to {}", bodies.len(), self.url);
        let entries = entries(bodies, trace, reason).map_err(|error| PortError::new(failed(), error))?;
        let request = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        let answer = request.send().await.map_err(|error| PortError::new(failed(), error))?;
        sent(&answer, bodies.len()).map_err(|what| PortError::plain(format!("{}: {what}", failed())))
    }
}

fn entries(
    bodies: &[String],
    trace: Option<&str>,
    reason: Option<&str>,
) -> Result<Vec<SendMessageBatchRequestEntry>, BuildError> {
    let mut entries = Vec::new();
    for (number, body) in bodies.iter().enumerate() {
        let mut entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(body);
        if let Some(trace) = trace {
            let value = MessageSystemAttributeValue::builder().data_type("String").string_value(trace).build()?;
            entry = entry.message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, value);
        }
        if let Some(reason) = reason {
            let value = MessageAttributeValue::builder().data_type("String").string_value(reason).build()?;
            entry = entry.message_attributes(REASON_ATTRIBUTE, value);
        }
        entries.push(entry.build()?);
    }
    Ok(entries)
}

/// Checks that an answer says of every message of the batch that it was sent.
fn sent(answer: &SendMessageBatchOutput, expected: usize) -> Result<(), String> {
    if let Some(first) = answer.failed().first() {
        let (count, code, message) = (answer.failed().len(), first.code(), first.message().unwrap_or_default());
        return Err(format!("{count} were refused, the first with {code}: {message}"));
    }
    match answer.successful().len() {
        count if count == expected => Ok(()),
        count => Err(format!("only {count} are said to be sent")),
    }
}

#[async_trait]
impl Queue for SqsQueue {
    async fn send(&self, bodies: &[String]) -> Result<(), PortError> {
        let trace = trace();
        for batch in batches(bodies) {
            self.send_batch(batch, trace.as_deref(), None).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl DeadLetters for SqsQueue {
    async fn add(&self, body: &str, reason: &str) -> Result<(), PortError> {
        self.send_batch(&[body.to_owned()], trace().as_deref(), Some(reason)).await
    }
}

#[async_trait]
impl CloudQueue for SqsQueue {
    async fn receive(&self, at_most: usize, lease_ms: u64, wait_ms: u64) -> Result<Vec<Delivery>, PortError> {
        let asked_at_ms = self.clock.now_ms();
        let seconds = lease_seconds(lease_ms);
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(at_most.clamp(1, 10)).unwrap_or(10))
            .visibility_timeout(seconds)
            .wait_time_seconds(poll_seconds(wait_ms))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_system_attribute_names(MessageSystemAttributeName::AwsTraceHeader)
            .message_attribute_names(REASON_ATTRIBUTE)
            .send()
            .await
            .map_err(|error| PortError::new(format!("receive from {}", self.url), error))?;
        let until_ms = lease_until(asked_at_ms, seconds);
        Ok(answer.messages.unwrap_or_default().into_iter().map(|message| delivery(message, until_ms)).collect())
    }

    async fn ack(&self, lease: &Lease) -> Result<bool, PortError> {
        if lease.until_ms <= self.clock.now_ms() {
            return Ok(false);
        }
        let request = self.client.delete_message().queue_url(&self.url).receipt_handle(&lease.receipt);
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if is_void(error.code(), error.message()) => Ok(false),
            Err(error) => Err(PortError::new(format!("delete a message of {}", self.url), error)),
        }
    }

    async fn release(&self, lease: &Lease, after_ms: u64) -> Result<bool, PortError> {
        if lease.until_ms <= self.clock.now_ms() {
            return Ok(false);
        }
        let request = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(&lease.receipt);
        match request.visibility_timeout(back_off_seconds(after_ms)).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_void(error.code(), error.message()) => Ok(false),
            Err(error) => Err(PortError::new(format!("release a message of {}", self.url), error)),
        }
    }

    async fn depth(&self) -> Result<QueueDepth, PortError> {
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesDelayed)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
            .send()
            .await
            .map_err(|error| PortError::new(format!("measure {}", self.url), error))?;
        let attributes = answer.attributes.unwrap_or_default();
        let number = |name| attributes.get(&name).and_then(|value| value.parse::<u64>().ok()).unwrap_or_default();
        Ok(QueueDepth {
            waiting: number(QueueAttributeName::ApproximateNumberOfMessages)
                + number(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
            running: number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
        })
    }
}

fn delivery(message: Message, until_ms: u64) -> Delivery {
    let attribute = |name| message.attributes.as_ref().and_then(|attributes| attributes.get(&name)).cloned();
    let attempt = attribute(MessageSystemAttributeName::ApproximateReceiveCount);
    let reason = message.message_attributes.as_ref().and_then(|attributes| attributes.get(REASON_ATTRIBUTE));
    Delivery {
        attempt: attempt.and_then(|count| count.parse().ok()).unwrap_or(1),
        trace: attribute(MessageSystemAttributeName::AwsTraceHeader),
        reason: reason.and_then(|value| value.string_value.clone()),
        body: message.body.unwrap_or_default(),
        lease: Lease { receipt: message.receipt_handle.unwrap_or_default(), until_ms },
        message_id: message.message_id.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sqs::types::{BatchResultErrorEntry, SendMessageBatchResultEntry};

    #[test]
    fn a_batch_is_sent_only_when_all_of_it_is() {
        let good =
            || SendMessageBatchResultEntry::builder().id("0").message_id("m").md5_of_message_body("5").build().unwrap();
        let bad = BatchResultErrorEntry::builder().id("1").sender_fault(false).code("InternalError").build().unwrap();
        let answer = |bad: Option<BatchResultErrorEntry>| {
            let bad = Some(bad.into_iter().collect());
            SendMessageBatchOutput::builder().successful(good()).set_failed(bad).build().unwrap()
        };
        assert_eq!(sent(&answer(None), 1), Ok(()));
        assert!(sent(&answer(Some(bad)), 2).unwrap_err().contains("InternalError"));
        assert!(sent(&answer(None), 2).is_err());
    }

    #[test]
    fn every_message_carries_the_trace_header_on() {
        let bodies = ["a".to_owned(), "b".to_owned()];
        for entry in entries(&bodies, Some("Root=1-5"), None).unwrap() {
            let attributes = entry.message_system_attributes().unwrap();
            let value = &attributes[&MessageSystemAttributeNameForSends::AwsTraceHeader];
            assert_eq!((value.data_type(), value.string_value()), ("String", Some("Root=1-5")));
        }
        assert!(entries(&bodies, None, None).unwrap().iter().all(|entry| entry.message_system_attributes().is_none()));
    }
}
