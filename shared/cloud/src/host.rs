use crate::clients::Clients;
use crate::secret::FetchedKey;
use crate::{
    BucketLocation, CloudFrontLinks, CloudQueue, DynamoLedger, PresignedLinks, S3Blobs, SilentProgress, SnsNotices,
    SqsQueue, SystemClock, TokioCompute, Variables, YandexCdnLinks, YmqQueue,
};
use domain::{Bucket, MAX_FILE_BYTES, StageName};
use ports::{
    Blobs, Clock, Compute, Host, Ledger, Links, LoggedNotices, Missing, Model, NoModel, Notices, Progress, Queue,
    Recognizer,
};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;
use tesseract::Tesseract;
use tokio::sync::OnceCell;

/// Whose cloud it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// AWS: queues by their JSON protocol, CloudFront, keys of the function's role.
    Aws,
    /// Yandex Cloud: queues by the query protocol, its own CDN, static keys, no newer checksums.
    Yandex,
}

/// The ports of a cloud, from variables. A port is built and checked when it is asked for; a variable that is missing
/// or wrong is then named. The clients of the services are built once and shared by clones.
#[derive(Clone)]
pub struct CloudHost {
    shared: Arc<Shared>,
}

struct Shared {
    variables: Variables,
    dialect: Dialect,
    clients: Clients,
    clock: Arc<dyn Clock>,
    compute: Arc<TokioCompute>,
}

impl CloudHost {
    /// A host of these variables; none is checked yet, nothing is sent.
    pub async fn from_variables(variables: Variables, dialect: Dialect) -> Self {
        Self::with_clock(variables, dialect, Arc::new(SystemClock)).await
    }

    /// The same, by another clock.
    pub async fn with_clock(variables: Variables, dialect: Dialect, clock: Arc<dyn Clock>) -> Self {
        let clients = Clients::new(variables.clone(), dialect).await;
        let compute = Arc::new(TokioCompute::of_all_cores());
        Self { shared: Arc::new(Shared { variables, dialect, clients, clock, compute }) }
    }

    /// Both ends of a stage's queue.
    pub fn cloud_queue(&self, stage: StageName) -> Result<Arc<dyn CloudQueue>, Missing> {
        let name = format!("PTO_QUEUE_{}", stage.name().to_ascii_uppercase().replace('-', "_"));
        self.queue_at(&format!("the queue of {stage}"), &name)
    }

    /// The pool of this process, to see what hangs in it.
    pub fn pool(&self) -> Arc<TokioCompute> {
        Arc::clone(&self.shared.compute)
    }

    /// The dead letters of this function (`PTO_DEAD_LETTERS`).
    pub fn dead_letters(&self) -> Result<Arc<dyn CloudQueue>, Missing> {
        self.queue_at("the queue of dead letters", "PTO_DEAD_LETTERS")
    }

    /// The links of CloudFront, for signed cookies; `None` when no `PTO_CDN_DOMAIN` is set, and on Yandex.
    pub fn cloud_front(&self) -> Result<Option<CloudFrontLinks>, Missing> {
        let variables = &self.shared.variables;
        let Some(domain) = variables.get("PTO_CDN_DOMAIN").filter(|_| self.shared.dialect == Dialect::Aws) else {
            return Ok(None);
        };
        let key_pair_id = variables.require("the id of the links' key", "PTO_CDN_KEY_ID")?;
        let secret = variables.require("the secret with the links' key", "PTO_CDN_SECRET")?;
        let client = self.shared.clients.query("secretsmanager")?;
        let endpoint = self.shared.clients.endpoint("SECRETS_MANAGER", "secretsmanager")?;
        let presigned = self.presigned()?;
        Ok(Some(CloudFrontLinks::with_secret(presigned, domain, key_pair_id, client, endpoint, secret)))
    }

    fn queue_at(&self, what: &str, name: &str) -> Result<Arc<dyn CloudQueue>, Missing> {
        let url = self.shared.variables.require(what, name)?;
        let clock = Arc::clone(&self.shared.clock);
        match self.shared.dialect {
            Dialect::Aws => Ok(Arc::new(SqsQueue::new(self.shared.clients.sqs()?, url, clock))),
            Dialect::Yandex => Ok(Arc::new(YmqQueue::new(self.shared.clients.query("sqs")?, url, clock))),
        }
    }

    fn location(&self, bucket: Bucket) -> Result<BucketLocation, Missing> {
        let name = format!("PTO_BUCKET_{}", bucket.name().to_ascii_uppercase());
        let what = format!("the bucket of {}", bucket.name());
        let text = self.shared.variables.require(&what, &name)?;
        text.parse().map_err(|error| Missing { what: format!("{what} ({error})"), how: name })
    }

    /// Links into those buckets that are set; the uploads must be.
    fn presigned(&self) -> Result<PresignedLinks, Missing> {
        let mut locations = BTreeMap::from([(Bucket::Uploads, self.location(Bucket::Uploads)?)]);
        for bucket in Bucket::ALL {
            let name = format!("PTO_BUCKET_{}", bucket.name().to_ascii_uppercase());
            if self.shared.variables.get(&name).is_some() {
                locations.insert(bucket, self.location(bucket)?);
            }
        }
        Ok(PresignedLinks::new(self.shared.clients.s3()?, locations, Arc::clone(&self.shared.clock)))
    }
}

impl Host for CloudHost {
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing> {
        Ok(Arc::new(S3Blobs::new(self.shared.clients.s3()?, self.location(bucket)?)))
    }

    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing> {
        self.cloud_queue(stage).map(|queue| queue as Arc<dyn Queue>)
    }

    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing> {
        let table = self.shared.variables.require("the table", "PTO_TABLE")?;
        Ok(Arc::new(DynamoLedger::new(self.shared.clients.dynamo()?, table, Arc::clone(&self.shared.clock))))
    }

    fn compute(&self) -> Result<Arc<dyn Compute>, Missing> {
        Ok(Arc::clone(&self.shared.compute) as Arc<dyn Compute>)
    }

    fn progress(&self) -> Result<Arc<dyn Progress>, Missing> {
        Ok(Arc::new(SilentProgress))
    }

    fn recognizer(&self) -> Result<Arc<dyn Recognizer>, Missing> {
        let program = self.shared.variables.require("the program that recognises pictures", "PTO_TESSERACT")?;
        Ok(Arc::new(Tesseract::new(program.into(), self.shared.compute.width())))
    }

    /// By `PTO_MODEL_…` (see `llm`); on AWS the key of a remote server is the text of the secret `PTO_MODEL_SECRET`.
    fn model(&self) -> Result<Arc<dyn Model>, Missing> {
        let variables = &self.shared.variables;
        let unread =
            |error: llm::InvalidSetting| Missing { what: format!("the model ({})", error.why), how: error.name };
        let settings = llm::Settings::read(|name| variables.get(name).map(str::to_owned)).map_err(unread)?;
        let Some(mut settings) = settings else { return Ok(Arc::new(NoModel)) };
        if let Some(secret) = variables.get("PTO_MODEL_SECRET").filter(|_| self.shared.dialect == Dialect::Aws) {
            let key = FetchedKey {
                client: self.shared.clients.query("secretsmanager")?,
                endpoint: self.shared.clients.endpoint("SECRETS_MANAGER", "secretsmanager")?,
                secret: secret.to_owned(),
                kept: OnceCell::new(),
            };
            settings.open_remote_with(Arc::new(key)).map_err(unread)?;
        }
        let transport = llm::HttpTransport::new();
        let transport = transport.map_err(|error| Missing { what: error.to_string(), how: "up TLS".to_owned() })?;
        let around = llm::Surroundings {
            transport: Arc::new(transport),
            pace: Arc::new(llm::MachinePace::default()),
            clock: Arc::clone(&self.shared.clock),
            ledger: self.ledger()?,
            blobs: self.blobs(Bucket::Pages)?,
        };
        Ok(Arc::new(llm::Client::new(settings, around)))
    }

    fn links(&self) -> Result<Arc<dyn Links>, Missing> {
        if let Some(links) = self.cloud_front()? {
            return Ok(Arc::new(links));
        }
        let variables = &self.shared.variables;
        let presigned = self.presigned()?;
        match variables.get("PTO_CDN_DOMAIN") {
            None => Ok(Arc::new(presigned)),
            Some(domain) => {
                let secret = variables.require("the key of the links' tokens", "PTO_CDN_TOKEN_KEY")?;
                Ok(Arc::new(YandexCdnLinks::new(presigned, domain, SecretString::from(secret.to_owned()))))
            }
        }
    }

    fn notices(&self) -> Result<Arc<dyn Notices>, Missing> {
        let Some(topic) = self.shared.variables.get("PTO_NOTICES_TOPIC") else { return Ok(Arc::new(LoggedNotices)) };
        let endpoint = self.shared.clients.endpoint("SNS", "sns")?;
        Ok(Arc::new(SnsNotices::new(self.shared.clients.query("sns")?, endpoint, topic)))
    }

    fn largest_file_bytes(&self) -> Result<u64, Missing> {
        let (what, name) = ("the size of the largest file", "PTO_LARGEST_FILE_MIB");
        let text = self.shared.variables.require(what, name)?;
        match text.parse::<u64>() {
            Ok(mebibytes) if (1..=MAX_FILE_BYTES >> 20).contains(&mebibytes) => Ok(mebibytes << 20),
            _ => Err(Missing {
                what: format!("{what} (`{text}` is none from 1 to {} MiB)", MAX_FILE_BYTES >> 20),
                how: name.to_owned(),
            }),
        }
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, Missing> {
        Ok(Arc::clone(&self.shared.clock))
    }
}
