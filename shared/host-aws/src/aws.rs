use crate::{Error, QueueEnds, serve_on, start_telemetry};
use cloud::{CloudHost, CloudQueue, Dialect, Lease, Variables};
use domain::{Bucket, StageName};
use pipeline::{Handler, Stage};
use ports::{Blobs, Clock, Compute, Host, Ledger, Links, Missing, Notices, PortError, Progress, Queue, Recognizer};
use std::sync::Arc;

/// AWS as a function sees it: S3, SQS, DynamoDB, CloudFront and SNS, by the variables of its environment. A port is
/// built and checked when a stage asks for it; a variable that is missing is then named. Clones share their clients.
#[derive(Clone)]
pub struct Aws {
    cloud: CloudHost,
}

impl Aws {
    /// Starts logging and metrics, and reads the environment of this process; nothing is sent yet. Call it first of
    /// all, once. Fails when `PTO_LOG` cannot be read.
    pub async fn from_env() -> Result<Self, Error> {
        start_telemetry()?;
        Ok(Self { cloud: CloudHost::from_variables(Variables::of_process(), Dialect::Aws).await })
    }

    /// What it has beside the ports, such as signed cookies.
    pub fn cloud(&self) -> &CloudHost {
        &self.cloud
    }
}

impl Host for Aws {
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing> {
        self.cloud.blobs(bucket)
    }

    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing> {
        self.cloud.queue(stage)
    }

    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing> {
        self.cloud.ledger()
    }

    fn compute(&self) -> Result<Arc<dyn Compute>, Missing> {
        self.cloud.compute()
    }

    fn progress(&self) -> Result<Arc<dyn Progress>, Missing> {
        self.cloud.progress()
    }

    fn recognizer(&self) -> Result<Arc<dyn Recognizer>, Missing> {
        self.cloud.recognizer()
    }

    fn links(&self) -> Result<Arc<dyn Links>, Missing> {
        self.cloud.links()
    }

    fn notices(&self) -> Result<Arc<dyn Notices>, Missing> {
        self.cloud.notices()
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, Missing> {
        self.cloud.clock()
    }

    fn largest_file_bytes(&self) -> Result<u64, Missing> {
        self.cloud.largest_file_bytes()
    }
}

/// Answers the invocations of a stage's function until the process is stopped. Beside what the stage itself asked for
/// it needs `PTO_TABLE`, its own queue (`PTO_QUEUE_<STAGE>`; only the sweeper may have none, when its schedule invokes it)
/// and its dead letters (`PTO_DEAD_LETTERS`); a missing one stops it here, and so does being started by anything but Lambda or an
/// emulator of it.
pub async fn serve<S: Stage>(stage: S, aws: &Aws) -> Result<(), Error> {
    let handler = Handler::build_with_leases(aws)?;
    let queue_ends = AwsQueueEnds::of(S::NAME, &aws.cloud)?;
    serve_on(stage, handler, aws.clock()?, queue_ends, aws.cloud.pool()).await
}

/// The ends of a function's own queues; a sweeper that its schedule invokes has none.
struct AwsQueueEnds(Option<OwnQueues>);

struct OwnQueues {
    tasks: Arc<dyn CloudQueue>,
    dead_letters: Arc<dyn CloudQueue>,
}

impl AwsQueueEnds {
    fn of(stage: StageName, cloud: &CloudHost) -> Result<Self, Missing> {
        let tasks = match cloud.cloud_queue(stage) {
            // A schedule may invoke the sweeper itself; when a queue stands between them, it is a queue like the others.
            Err(missing) if stage == StageName::Sweeper && missing.how.starts_with("PTO_QUEUE_") => {
                return Ok(Self(None));
            }
            tasks => tasks?,
        };
        Ok(Self(Some(OwnQueues { tasks, dead_letters: cloud.dead_letters()? })))
    }

    fn own(&self) -> Result<&OwnQueues, PortError> {
        self.0.as_ref().ok_or_else(|| PortError::plain("find the queue of a function that is driven by a schedule"))
    }
}

impl QueueEnds for AwsQueueEnds {
    async fn show_again_after(&self, receipt_handle: &str, seconds: u32) -> Result<(), PortError> {
        // Lambda received it and says nothing of the time; a receipt that is void by now has been shown again already.
        let lease = Lease { receipt: receipt_handle.to_owned(), until_ms: u64::MAX };
        self.own()?.tasks.release(&lease, u64::from(seconds) * 1000).await.map(drop)
    }

    async fn bury(&self, body: &str, reason: &str) -> Result<(), PortError> {
        self.own()?.dead_letters.add(body, reason).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn queue_ends(stage: StageName, names: &[&str]) -> Result<AwsQueueEnds, Missing> {
        let variables =
            names.iter().map(|name| ((*name).to_owned(), "http://127.0.0.1:1/0/queue".to_owned())).collect();
        AwsQueueEnds::of(stage, &CloudHost::from_variables(variables, Dialect::Aws).await)
    }

    #[tokio::test]
    async fn a_missing_queue_stops_the_function_at_its_start_and_is_named() {
        let all = ["AWS_REGION", "PTO_QUEUE_PDF_SPLITTER", "PTO_DEAD_LETTERS"];
        assert!(queue_ends(StageName::PdfSplitter, &all).await.is_ok());
        for missing in all {
            let rest: Vec<&str> = all.into_iter().filter(|name| *name != missing).collect();
            let Err(error) = queue_ends(StageName::PdfSplitter, &rest).await else { panic!("{missing} is not missed") };
            assert_eq!(error.how, missing);
        }
    }

    #[tokio::test]
    async fn the_sweeper_may_have_no_queue_but_a_queue_has_dead_letters() {
        let invoked = queue_ends(StageName::Sweeper, &["AWS_REGION", "PTO_DEAD_LETTERS"]).await.unwrap();
        assert!(invoked.bury("{}", "it cannot be read").await.is_err());
        let queued = queue_ends(StageName::Sweeper, &["AWS_REGION", "PTO_QUEUE_SWEEPER"]).await;
        assert_eq!(queued.map(|_| ()).unwrap_err().how, "PTO_DEAD_LETTERS");
        let both = queue_ends(StageName::Sweeper, &["AWS_REGION", "PTO_QUEUE_SWEEPER", "PTO_DEAD_LETTERS"]).await;
        assert!(both.unwrap().own().is_ok());
    }
}
