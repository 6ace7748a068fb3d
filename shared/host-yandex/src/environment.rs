use crate::{StageSettings, Tenancy, start_telemetry};
use cloud::{CloudHost, DeadLetters, Dialect, Variables};
use domain::TenantId;
use metrics_exporter_prometheus::PrometheusHandle;
use ports::Missing;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// On which the container is asked; Serverless Containers set it.
const PORT: &str = "PORT";

/// Names the tenant of all requests; for emulators, which verify no token.
const SINGLE_TENANT: &str = "PTO_SINGLE_TENANT";

/// How often what was timed is folded into its buckets when nobody asks for it.
const UPKEEP_EVERY: Duration = Duration::from_secs(30);

/// Why a container does not start.
#[derive(Debug, thiserror::Error)]
pub enum Unstartable {
    /// A variable is not set.
    #[error(transparent)]
    Missing(#[from] Missing),
    /// A variable has no meaning; secrets are not among those.
    #[error("read {name}: {why}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The process has one already.
    #[error("start the {0} of the process: it has been started")]
    Twice(&'static str),
    /// The port cannot be opened, or was closed.
    #[error("serve")]
    Serve(#[from] io::Error),
}

/// What surrounds a container: the cloud's ports and the container's own settings, from its environment variables.
#[derive(Clone)]
pub struct Surroundings {
    variables: Variables,
    host: CloudHost,
    metrics: Option<PrometheusHandle>,
}

impl Surroundings {
    /// Of this process; starts its log and its metrics. Call it once, on the runtime.
    pub async fn of_process() -> Result<Self, Unstartable> {
        let metrics = start_telemetry()?;
        let upkeep = metrics.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(UPKEEP_EVERY);
            loop {
                ticks.tick().await;
                upkeep.run_upkeep();
            }
        });
        Ok(Self { metrics: Some(metrics), ..Self::of_variables(Variables::of_process()).await })
    }

    /// Of these variables, without metrics. None is checked before it is asked for, and nothing is sent.
    pub async fn of_variables(variables: Variables) -> Self {
        let host = CloudHost::from_variables(variables.clone(), Dialect::Yandex).await;
        Self { variables, host, metrics: None }
    }

    /// The ports.
    pub fn host(&self) -> &CloudHost {
        &self.host
    }

    /// What `GET /metrics` renders.
    pub fn metrics(&self) -> Option<PrometheusHandle> {
        self.metrics.clone()
    }

    /// `PORT`.
    pub fn port(&self) -> Result<u16, Unstartable> {
        let text = self.variables.require("the port to serve on", PORT)?;
        text.parse().map_err(|_error| Unstartable::Variable { name: PORT, why: format!("`{text}` is no port") })
    }

    /// What the server of a stage needs beside the stage; `PTO_DEAD_LETTERS` must be set.
    pub fn stage_settings(&self) -> Result<StageSettings, Unstartable> {
        let dead_letters: Arc<dyn DeadLetters> = self.host.dead_letters()?;
        Ok(StageSettings { dead_letters: Some(dead_letters), metrics: self.metrics(), ..StageSettings::default() })
    }

    /// How the tenant of a request is known: by the gateway, unless `PTO_SINGLE_TENANT` names that of everybody.
    pub fn tenancy(&self) -> Result<Tenancy, Unstartable> {
        let Some(text) = self.variables.get(SINGLE_TENANT) else { return Ok(Tenancy::Gateway) };
        let tenant = TenantId::try_from(text.to_owned());
        tenant.map(Tenancy::Single).map_err(|why| Unstartable::Variable { name: SINGLE_TENANT, why: why.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ports::Host;

    async fn of(pairs: &[(&str, &str)]) -> Surroundings {
        let variables = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Surroundings::of_variables(variables).await
    }

    #[tokio::test]
    async fn what_is_missing_or_wrong_is_named() {
        let none = of(&[]).await;
        for error in [none.port().unwrap_err().to_string(), none.stage_settings().err().unwrap().to_string()] {
            assert!(error.contains("PORT") || error.contains("PTO_DEAD_LETTERS"), "{error}");
        }
        let wrong = of(&[("PORT", "eighty"), ("PTO_SINGLE_TENANT", "Ж")]).await;
        assert!(wrong.port().unwrap_err().to_string().contains("eighty"));
        assert!(wrong.tenancy().unwrap_err().to_string().contains("PTO_SINGLE_TENANT"));
    }

    #[tokio::test]
    async fn the_variables_of_the_terraform_module_suffice() {
        let queue = "https://message-queue.api.cloud.yandex.net/b1g/dj6/pto-indexer-dead";
        let some = of(&[
            ("PORT", "8080"),
            ("AWS_REGION", "ru-central1"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "hush"),
            ("AWS_ENDPOINT_URL_S3", "https://storage.yandexcloud.net"),
            ("AWS_ENDPOINT_URL_SQS", "https://message-queue.api.cloud.yandex.net"),
            ("AWS_ENDPOINT_URL_DYNAMODB", "https://docapi.serverless.yandexcloud.net/ru-central1/b1g/etn"),
            ("PTO_TABLE", "pto"),
            ("PTO_LARGEST_FILE_MIB", "512"),
            ("PTO_BUCKET_PAGES", "pto-work/pages"),
            ("PTO_BUCKET_INDEX", "pto-work/index"),
            ("PTO_DEAD_LETTERS", queue),
        ])
        .await;
        assert_eq!((some.port().unwrap(), some.tenancy().unwrap()), (8080, Tenancy::Gateway));
        assert!(some.stage_settings().unwrap().dead_letters.is_some());
        some.host().ledger().unwrap();
        assert_eq!(some.host().largest_file_bytes().unwrap(), 512 << 20);
        some.host().blobs(domain::Bucket::Pages).unwrap();
        assert!(some.host().blobs(domain::Bucket::Uploads).is_err(), "a bucket that the stage was not given");
    }
}
