use crate::host::Dialect;
use crate::{FreshCredentials, QueryClient, Variables};
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use ports::Missing;
use std::sync::{Arc, OnceLock};

/// The clients of the services, each built when it is first asked for, and then shared.
pub(crate) struct Clients {
    variables: Variables,
    dialect: Dialect,
    region: Option<String>,
    config: SdkConfig,
    credentials: Option<Arc<FreshCredentials>>,
    s3: OnceLock<aws_sdk_s3::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    dynamo: OnceLock<aws_sdk_dynamodb::Client>,
    http: OnceLock<reqwest::Client>,
}

const YANDEX_S3: &str = "https://storage.yandexcloud.net";
const YANDEX_REGION: &str = "ru-central1";
/// Throttling of a table lasts seconds; the SDK's pauses double.
const ATTEMPTS: u32 = 5;

impl Clients {
    pub(crate) async fn new(variables: Variables, dialect: Dialect) -> Self {
        let default_region = match dialect {
            Dialect::Aws => None,
            Dialect::Yandex => Some(YANDEX_REGION),
        };
        let region = variables.get("AWS_REGION").or_else(|| variables.get("AWS_DEFAULT_REGION")).or(default_region);
        let region = region.map(str::to_owned);
        // A region is always given: without one the SDK asks the network for it. None of it is used when ours is missing.
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.clone().unwrap_or_else(|| "unset".to_owned())))
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
        if let (Some(id), Some(secret)) = (variables.get("AWS_ACCESS_KEY_ID"), variables.get("AWS_SECRET_ACCESS_KEY")) {
            let session = variables.get("AWS_SESSION_TOKEN").map(str::to_owned);
            loader = loader.credentials_provider(Credentials::new(id, secret, session, None, "variables"));
        }
        let config = loader.load().await;
        let credentials = config
            .credentials_provider()
            .map(|provider: SharedCredentialsProvider| Arc::new(FreshCredentials::new(provider)));
        Self {
            variables,
            dialect,
            region,
            config,
            credentials,
            s3: OnceLock::new(),
            sqs: OnceLock::new(),
            dynamo: OnceLock::new(),
            http: OnceLock::new(),
        }
    }

    /// The region, and on Yandex, where there is no other source of them, the keys.
    fn checked_region(&self) -> Result<&str, Missing> {
        if self.dialect == Dialect::Yandex {
            self.variables.require("the id of the access key", "AWS_ACCESS_KEY_ID")?;
            self.variables.require("the secret of the access key", "AWS_SECRET_ACCESS_KEY")?;
        }
        self.region.as_deref().ok_or_else(|| Missing { what: "the region".to_owned(), how: "AWS_REGION".to_owned() })
    }

    pub(crate) fn s3(&self) -> Result<aws_sdk_s3::Client, Missing> {
        self.checked_region()?;
        let build = || {
            let mut config = aws_sdk_s3::config::Builder::from(&self.config);
            let endpoint = self.variables.endpoint("S3").or((self.dialect == Dialect::Yandex).then_some(YANDEX_S3));
            if let Some(endpoint) = endpoint {
                config = config.endpoint_url(endpoint);
                if !endpoint.contains(".amazonaws.com") {
                    // Other stores know neither the newer checksums nor a name of their own for each bucket.
                    config = config
                        .force_path_style(true)
                        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
                        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
                }
            }
            aws_sdk_s3::Client::from_conf(config.build())
        };
        Ok(self.s3.get_or_init(build).clone())
    }

    pub(crate) fn sqs(&self) -> Result<aws_sdk_sqs::Client, Missing> {
        self.checked_region()?;
        let build = || {
            let mut config = aws_sdk_sqs::config::Builder::from(&self.config);
            config.set_endpoint_url(self.variables.endpoint("SQS").map(str::to_owned));
            aws_sdk_sqs::Client::from_conf(config.build())
        };
        Ok(self.sqs.get_or_init(build).clone())
    }

    pub(crate) fn dynamo(&self) -> Result<aws_sdk_dynamodb::Client, Missing> {
        self.checked_region()?;
        let endpoint = self.variables.endpoint("DYNAMODB").map(str::to_owned);
        if self.dialect == Dialect::Yandex && endpoint.is_none() {
            let what = "the Document API of the database".to_owned();
            return Err(Missing { what, how: "AWS_ENDPOINT_URL_DYNAMODB".to_owned() });
        }
        let build = || {
            let mut config = aws_sdk_dynamodb::config::Builder::from(&self.config);
            config.set_endpoint_url(endpoint);
            aws_sdk_dynamodb::Client::from_conf(config.build())
        };
        Ok(self.dynamo.get_or_init(build).clone())
    }

    /// A client of what has no SDK here.
    pub(crate) fn query(&self, service: &'static str) -> Result<QueryClient, Missing> {
        let region = self.checked_region()?;
        let credentials = self
            .credentials
            .clone()
            .ok_or_else(|| Missing { what: "credentials".to_owned(), how: "AWS_ACCESS_KEY_ID".to_owned() })?;
        Ok(QueryClient::new(self.http()?, credentials, service, region))
    }

    /// Address of a service that has no SDK here.
    pub(crate) fn endpoint(&self, variable: &str, service: &str) -> Result<String, Missing> {
        match (self.variables.endpoint(variable), self.dialect) {
            (Some(endpoint), _) => Ok(format!("{endpoint}/")),
            (None, Dialect::Aws) => Ok(format!("https://{service}.{}.amazonaws.com/", self.checked_region()?)),
            (None, Dialect::Yandex) => {
                Err(Missing { what: format!("the address of {service}"), how: format!("AWS_ENDPOINT_URL_{variable}") })
            }
        }
    }

    fn http(&self) -> Result<reqwest::Client, Missing> {
        if let Some(built) = self.http.get() {
            return Ok(built.clone());
        }
        let built = reqwest::Client::builder().connect_timeout(std::time::Duration::from_secs(5)).build();
        let built = built.map_err(|error| Missing {
            what: format!("the system's root certificates ({error})"),
            how: "SSL_CERT_FILE".to_owned(),
        })?;
        Ok(self.http.get_or_init(|| built).clone())
    }
}
