use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// Credentials this near their end are fetched anew: a signed request may be under way for so long.
const RESERVE: Duration = Duration::from_secs(300);

/// Credentials of a provider, kept until they are about to expire. For what signs without an SDK.
#[derive(Debug)]
pub struct FreshCredentials {
    provider: SharedCredentialsProvider,
    kept: Mutex<Option<Credentials>>,
}

impl FreshCredentials {
    /// Of this provider; nothing is fetched yet.
    pub fn new(provider: SharedCredentialsProvider) -> Self {
        Self { provider, kept: Mutex::new(None) }
    }

    /// Credentials that live for another five minutes at least, if the provider has such. Fails when it has none.
    pub async fn get(&self) -> Result<Credentials, CredentialsError> {
        let mut kept = self.kept.lock().await;
        let good_until = SystemTime::now() + RESERVE;
        if let Some(credentials) = kept.as_ref().filter(|some| some.expiry().is_none_or(|expiry| expiry > good_until)) {
            return Ok(credentials.clone());
        }
        let credentials = self.provider.provide_credentials().await?;
        *kept = Some(credentials.clone());
        Ok(credentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_credential_types::provider::future;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Debug)]
    struct Counting {
        fetched: Arc<AtomicU64>,
        life: Option<Duration>,
    }

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.fetched.fetch_add(1, Ordering::SeqCst);
            let expiry = self.life.map(|life| SystemTime::now() + life);
            future::ProvideCredentials::ready(Ok(Credentials::new(number.to_string(), "secret", None, expiry, "test")))
        }
    }

    async fn fetched_in_three(life: Option<Duration>) -> u64 {
        let fetched = Arc::new(AtomicU64::new(0));
        let provider = Counting { fetched: Arc::clone(&fetched), life };
        let credentials = FreshCredentials::new(SharedCredentialsProvider::new(provider));
        for _ in 0..3 {
            credentials.get().await.unwrap();
        }
        fetched.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn credentials_are_fetched_again_only_when_they_end_soon() {
        assert_eq!(fetched_in_three(None).await, 1);
        assert_eq!(fetched_in_three(Some(Duration::from_secs(3600))).await, 1);
        assert_eq!(fetched_in_three(Some(Duration::from_secs(60))).await, 3);
    }
}
