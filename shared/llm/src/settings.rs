use async_trait::async_trait;
use ports::PortError;
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// The variables that are read.
pub const VARIABLES: [&str; 15] = [
    "PTO_MODEL_URL",
    "PTO_MODEL_NAME",
    "PTO_MODEL_KEY",
    "PTO_MODEL_PRICE_IN",
    "PTO_MODEL_PRICE_OUT",
    "PTO_MODEL_CAP_DOCUMENT",
    "PTO_MODEL_CAP_TENANT",
    "PTO_MODEL_CAP_MONTH",
    "PTO_MODEL_IN_RUSSIA",
    "PTO_MODEL_HOME_TENANTS",
    "PTO_MODEL_REQUESTS_PER_MINUTE",
    "PTO_MODEL_TOKENS_PER_MINUTE",
    "PTO_MODEL_PROCESSES",
    "PTO_MODEL_LOCAL_URL",
    "PTO_MODEL_LOCAL_NAME",
];

/// Name of the server that has a key and a price.
const REMOTE: &str = "remote";

const REQUESTS_PER_MINUTE: u64 = 10_000;
const TOKENS_PER_MINUTE: u64 = 1_000_000;

/// A variable that is missing or has no meaning. Values are not told: one of them is a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read {name}: {why}")]
pub struct InvalidSetting {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub why: String,
}

/// Where a key comes from when it is needed.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The key.
    async fn key(&self) -> Result<SecretString, PortError>;
}

/// A key that is at hand.
pub struct HeldKey(pub SecretString);

#[async_trait]
impl KeySource for HeldKey {
    async fn key(&self) -> Result<SecretString, PortError> {
        Ok(self.0.clone())
    }
}

/// What a token costs, billionths of a rouble: a thousand times what a million tokens cost in roubles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Price {
    /// A token that is sent.
    pub nano_in: u64,
    /// A token of the answer.
    pub nano_out: u64,
}

impl Price {
    /// Cost in millionths of a rouble, rounded up.
    pub fn of(self, tokens_in: u64, tokens_out: u64) -> u64 {
        let nano = self.nano_in.saturating_mul(tokens_in).saturating_add(self.nano_out.saturating_mul(tokens_out));
        nano.div_ceil(1000)
    }

    /// Whether it costs nothing.
    pub fn is_free(self) -> bool {
        self == Self::default()
    }
}

/// A server and the model on it.
#[derive(Clone)]
pub struct Endpoint {
    /// What it is called in logs.
    pub name: &'static str,
    /// Address of the protocol, without a slash at its end: `https://api.example.org/v1`.
    pub base_url: String,
    /// Its key.
    pub key: Option<Arc<dyn KeySource>>,
    /// The model, as the server calls it.
    pub model: String,
    /// What it costs.
    pub price: Price,
    /// Whether what is sent leaves the country: then it is masked, and a tenant may forbid it.
    pub is_abroad: bool,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Endpoint").field("name", &self.name).field("model", &self.model).finish_non_exhaustive()
    }
}

/// Most that may be spent, millionths of a rouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// For one document, ever.
    pub document: u64,
    /// For a tenant in a month.
    pub tenant_month: u64,
    /// For the installation in a month.
    pub month: u64,
}

/// What may be sent in a minute by this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests.
    pub requests_per_minute: u64,
    /// Tokens, in and out.
    pub tokens_per_minute: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests_per_minute: REQUESTS_PER_MINUTE, tokens_per_minute: TOKENS_PER_MINUTE }
    }
}

/// All that is chosen of models.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The servers, in the order in which they are asked.
    pub endpoints: Vec<Endpoint>,
    /// Most that may be spent.
    pub caps: Caps,
    /// What may be sent.
    pub limits: Limits,
    /// Tenants whose documents never go abroad; `*` stands for all.
    pub home_tenants: BTreeSet<String>,
}

impl Settings {
    /// From variables (see the crate); `None` when no server is named.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, InvalidSetting> {
        let variables = Reader(|name: &str| get(name).filter(|value| !value.trim().is_empty()));
        let mut endpoints = Vec::new();
        let mut caps = Caps { document: 0, tenant_month: 0, month: 0 };
        if let Some(base_url) = variables.url("PTO_MODEL_URL")? {
            let price = Price {
                nano_in: variables.micro_roubles("PTO_MODEL_PRICE_IN")? / 1000,
                nano_out: variables.micro_roubles("PTO_MODEL_PRICE_OUT")? / 1000,
            };
            endpoints.push(Endpoint {
                name: REMOTE,
                base_url,
                key: None,
                model: variables.require("PTO_MODEL_NAME")?,
                price,
                is_abroad: !variables.yes("PTO_MODEL_IN_RUSSIA")?,
            });
            if !price.is_free() {
                caps = Caps {
                    document: variables.micro_roubles("PTO_MODEL_CAP_DOCUMENT")?,
                    tenant_month: variables.micro_roubles("PTO_MODEL_CAP_TENANT")?,
                    month: variables.micro_roubles("PTO_MODEL_CAP_MONTH")?,
                };
            }
        }
        if let Some(base_url) = variables.url("PTO_MODEL_LOCAL_URL")? {
            endpoints.push(Endpoint {
                name: "local",
                base_url,
                key: None,
                model: variables.require("PTO_MODEL_LOCAL_NAME")?,
                price: Price::default(),
                is_abroad: false,
            });
        }
        if endpoints.is_empty() {
            return Ok(None);
        }
        let processes = variables.number("PTO_MODEL_PROCESSES", 1)?;
        let share = |name, usual| variables.number(name, usual).map(|number| (number / processes).max(1));
        let limits = Limits {
            requests_per_minute: share("PTO_MODEL_REQUESTS_PER_MINUTE", REQUESTS_PER_MINUTE)?,
            tokens_per_minute: share("PTO_MODEL_TOKENS_PER_MINUTE", TOKENS_PER_MINUTE)?,
        };
        let tenants = (variables.0)("PTO_MODEL_HOME_TENANTS").unwrap_or_default();
        let home_tenants =
            tenants.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        let mut settings = Self { endpoints, caps, limits, home_tenants };
        if let Some(key) = (variables.0)("PTO_MODEL_KEY") {
            settings.open_remote_with(Arc::new(HeldKey(SecretString::from(key.trim().to_owned()))))?;
        }
        Ok(Some(settings))
    }

    /// Gives the remote server its key, if there is such a server. Fails when the key could be read on its way.
    pub fn open_remote_with(&mut self, key: Arc<dyn KeySource>) -> Result<(), InvalidSetting> {
        for endpoint in self.endpoints.iter_mut().filter(|endpoint| endpoint.name == REMOTE) {
            if !keeps_secrets(&endpoint.base_url) {
                return Err(wrong("PTO_MODEL_URL", "a key goes over https only, or to this machine"));
            }
            endpoint.key = Some(Arc::clone(&key));
        }
        Ok(())
    }

    /// Whether a tenant's documents may go abroad.
    pub(crate) fn may_go_abroad(&self, tenant: &str) -> bool {
        !self.home_tenants.contains("*") && !self.home_tenants.contains(tenant)
    }
}

fn wrong(name: &str, why: impl Into<String>) -> InvalidSetting {
    InvalidSetting { name: name.to_owned(), why: why.into() }
}

struct Reader<Get>(Get);

impl<Get: Fn(&str) -> Option<String>> Reader<Get> {
    fn require(&self, name: &str) -> Result<String, InvalidSetting> {
        (self.0)(name).map(|value| value.trim().to_owned()).ok_or_else(|| wrong(name, "it is not set"))
    }

    fn url(&self, name: &str) -> Result<Option<String>, InvalidSetting> {
        let Some(text) = (self.0)(name) else { return Ok(None) };
        let parsed = reqwest::Url::parse(text.trim()).map_err(|error| wrong(name, error.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(wrong(name, "it is no address of a server (https://…/v1)"));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some() {
            return Err(wrong(name, "a key in an address ends up in logs; it has its own variable"));
        }
        Ok(Some(text.trim().trim_end_matches('/').to_owned()))
    }

    /// A sum in roubles, with a point or a comma, in millionths.
    fn micro_roubles(&self, name: &str) -> Result<u64, InvalidSetting> {
        let text = self.require(name)?;
        match text.replace(',', ".").parse::<f64>() {
            Ok(roubles) if (0.0..=1e9).contains(&roubles) => Ok((roubles * 1e6).round() as u64),
            _ => Err(wrong(name, "it is no sum in roubles")),
        }
    }

    fn number(&self, name: &str, usual: u64) -> Result<u64, InvalidSetting> {
        let Some(text) = (self.0)(name) else { return Ok(usual) };
        text.trim().parse().ok().filter(|number| *number > 0).ok_or_else(|| wrong(name, "it is no number from 1"))
    }

    fn yes(&self, name: &str) -> Result<bool, InvalidSetting> {
        match (self.0)(name).as_deref().map(str::trim) {
            None | Some("no") => Ok(false),
            Some("yes") => Ok(true),
            Some(_) => Err(wrong(name, "it is neither yes nor no")),
        }
    }
}

/// Whether what is sent there cannot be read on the way.
fn keeps_secrets(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    url.scheme() == "https" || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
