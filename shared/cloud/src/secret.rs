use crate::QueryClient;
use async_trait::async_trait;
use llm::KeySource;
use ports::PortError;
use secrecy::SecretString;
use tokio::sync::OnceCell;

/// The text of a secret of Secrets Manager at `endpoint`, by its name or ARN. `failed` begins the error.
pub(crate) async fn fetch_secret(
    client: &QueryClient,
    endpoint: &str,
    secret: &str,
    failed: &str,
) -> Result<SecretString, PortError> {
    let body = serde_json::json!({ "SecretId": secret });
    let answer = client.json(endpoint, "secretsmanager.GetSecretValue", &body).await;
    let answer = answer.map_err(|error| PortError::new(failed, error))?;
    let text = answer.get("SecretString").and_then(serde_json::Value::as_str);
    let text = text.ok_or_else(|| PortError::plain(format!("{failed}: the secret is no text")))?;
    Ok(SecretString::from(text.to_owned()))
}

/// The key of a model's server, fetched from Secrets Manager when it is first needed, and kept.
pub(crate) struct FetchedKey {
    pub(crate) client: QueryClient,
    pub(crate) endpoint: String,
    pub(crate) secret: String,
    pub(crate) kept: OnceCell<SecretString>,
}

#[async_trait]
impl KeySource for FetchedKey {
    async fn key(&self) -> Result<SecretString, PortError> {
        let fetch = || fetch_secret(&self.client, &self.endpoint, &self.secret, "fetch the key of the model's server");
        self.kept.get_or_try_init(fetch).await.cloned()
    }
}
