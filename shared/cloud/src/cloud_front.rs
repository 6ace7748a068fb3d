use crate::content::attachment;
use crate::presigned::DOWNLOAD_LIFE;
use crate::secret::fetch_secret;
use crate::{PresignedLinks, QueryClient};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{BlobKey, Bucket, DocumentId, percent_encoded};
use ports::{Links, PortError, UploadLink};
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::{SignatureEncoding, Signer};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use tokio::sync::OnceCell;

/// A key that cannot sign links: no PEM of an RSA private key, in PKCS #8 or PKCS #1.
#[derive(Debug, thiserror::Error)]
#[error("read the private key of the links")]
pub struct InvalidSigningKey(#[source] rsa::pkcs1::Error);

/// Signs for CloudFront: RSA over SHA-1, as CloudFront demands.
pub struct CloudFrontSigner {
    key: SigningKey<Sha1>,
    key_pair_id: String,
}

/// Cookies by which a browser reaches everything under one prefix until they end.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedCookies {
    /// Value of `CloudFront-Policy`.
    pub policy: String,
    /// Value of `CloudFront-Signature`.
    pub signature: String,
    /// Value of `CloudFront-Key-Pair-Id`.
    pub key_pair_id: String,
    /// When they end, milliseconds since 1970.
    pub expires_at_ms: u64,
}

impl SignedCookies {
    /// Names and values.
    pub fn pairs(&self) -> [(&'static str, &str); 3] {
        [
            ("CloudFront-Policy", &self.policy),
            ("CloudFront-Signature", &self.signature),
            ("CloudFront-Key-Pair-Id", &self.key_pair_id),
        ]
    }
}

impl CloudFrontSigner {
    /// Signs with this private key (PEM), which CloudFront knows by `key_pair_id`.
    pub fn from_pem(pem: &SecretString, key_pair_id: impl Into<String>) -> Result<Self, InvalidSigningKey> {
        let pem = pem.expose_secret();
        let key = RsaPrivateKey::from_pkcs8_pem(pem).or_else(|_other| RsaPrivateKey::from_pkcs1_pem(pem));
        let key = key.map_err(InvalidSigningKey)?;
        Ok(Self { key: SigningKey::new(key), key_pair_id: key_pair_id.into() })
    }

    /// `url` (encoded, with or without parameters) signed by a canned policy until `expires` (seconds since 1970).
    pub fn sign_url(&self, url: &str, expires: u64) -> Result<String, PortError> {
        let signature = self.sign(&policy(url, expires))?;
        let joint = if url.contains('?') { '&' } else { '?' };
        Ok(format!("{url}{joint}Expires={expires}&Signature={signature}&Key-Pair-Id={}", self.key_pair_id))
    }

    /// Cookies for all that `resource` matches (`*` stands for any text) until `expires` (seconds since 1970).
    pub fn sign_cookies(&self, resource: &str, expires: u64) -> Result<SignedCookies, PortError> {
        let policy = policy(resource, expires);
        Ok(SignedCookies {
            signature: self.sign(&policy)?,
            policy: url_safe(policy.as_bytes()),
            key_pair_id: self.key_pair_id.clone(),
            expires_at_ms: expires * 1000,
        })
    }

    fn sign(&self, policy: &str) -> Result<String, PortError> {
        let signature = self.key.try_sign(policy.as_bytes());
        let signature = signature.map_err(|error| PortError::new("sign a link", error))?;
        Ok(url_safe(&signature.to_vec()))
    }
}

/// The policy, to the byte as CloudFront itself writes it for a canned one.
fn policy(resource: &str, expires: u64) -> String {
    format!(
        "{{\"Statement\":[{{\"Resource\":\"{resource}\",\"Condition\":{{\"DateLessThan\":{{\"AWS:EpochTime\":{expires}}}}}}}]}}"
    )
}

/// Base64 with CloudFront's own replacements for what a URL does not bear.
fn url_safe(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).replace('+', "-").replace('=', "_").replace('/', "~")
}

/// Links of a CloudFront distribution whose origin is the bucket of pages, index and results, the prefixes being part of
/// the path. The uploads are linked past it.
pub struct CloudFrontLinks {
    presigned: PresignedLinks,
    domain: String,
    signer: OnceCell<CloudFrontSigner>,
    key: Option<SecretKey>,
}

/// Where the private key is fetched when the first link is asked for.
struct SecretKey {
    client: QueryClient,
    endpoint: String,
    secret: String,
    key_pair_id: String,
}

impl CloudFrontLinks {
    /// Links under `https://<domain>/`.
    pub fn new(presigned: PresignedLinks, domain: impl Into<String>, signer: CloudFrontSigner) -> Self {
        Self { presigned, domain: domain.into(), signer: OnceCell::new_with(Some(signer)), key: None }
    }

    /// The same, with a key that is fetched from Secrets Manager at `endpoint` when the first link is asked for, and
    /// kept. `secret` is its name or ARN.
    pub fn with_secret(
        presigned: PresignedLinks,
        domain: impl Into<String>,
        key_pair_id: impl Into<String>,
        client: QueryClient,
        endpoint: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        let key =
            SecretKey { client, endpoint: endpoint.into(), secret: secret.into(), key_pair_id: key_pair_id.into() };
        Self { presigned, domain: domain.into(), signer: OnceCell::new(), key: Some(key) }
    }

    /// Cookies for all objects whose keys begin with `prefix`, ending within the hour.
    pub async fn cookies(&self, bucket: Bucket, prefix: &str) -> Result<SignedCookies, PortError> {
        let location = self.presigned.location(bucket)?;
        let resource = format!("{}*", self.address(&location.full_prefix(prefix)));
        self.signer().await?.sign_cookies(&resource, self.expires())
    }

    fn address(&self, full_key: &str) -> String {
        format!("https://{}/{}", self.domain, percent_encoded(full_key, b"/"))
    }

    fn expires(&self) -> u64 {
        self.presigned.now_ms() / 1000 + DOWNLOAD_LIFE.as_secs()
    }

    async fn signer(&self) -> Result<&CloudFrontSigner, PortError> {
        let fetch = async || match &self.key {
            Some(key) => key.fetch().await,
            None => Err(PortError::plain("find the private key of the links")),
        };
        self.signer.get_or_try_init(fetch).await
    }
}

impl SecretKey {
    async fn fetch(&self) -> Result<CloudFrontSigner, PortError> {
        let failed = "fetch the private key of the links";
        let pem = fetch_secret(&self.client, &self.endpoint, &self.secret, failed).await?;
        let signer = CloudFrontSigner::from_pem(&pem, self.key_pair_id.clone());
        signer.map_err(|error| PortError::new(failed, error))
    }
}

#[async_trait]
impl Links for CloudFrontLinks {
    async fn download(
        &self,
        bucket: Bucket,
        key: &BlobKey,
        file_name: Option<&str>,
    ) -> Result<Option<String>, PortError> {
        if bucket == Bucket::Uploads {
            return self.presigned.download(bucket, key, file_name).await;
        }
        let mut url = self.address(&self.presigned.location(bucket)?.full_key(key));
        if let Some(file_name) = file_name {
            url.push_str("?response-content-disposition=");
            url.push_str(&percent_encoded(&attachment(file_name), b""));
        }
        Ok(Some(self.signer().await?.sign_url(&url, self.expires())?))
    }

    async fn upload(
        &self,
        key: &BlobKey,
        size_bytes: u64,
        content: &DocumentId,
    ) -> Result<Option<UploadLink>, PortError> {
        self.presigned.upload(key, size_bytes, content).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presigned::tests::links;
    use rsa::pkcs1v15::{Signature, VerifyingKey};
    use rsa::pkcs8::{EncodePrivateKey, LineEnding};
    use rsa::signature::{Keypair, Verifier};
    use rsa::{BigUint, RsaPrivateKey};

    /// Two primes that guard nothing: a key made of them is small and known.
    const PRIMES: [&[u8]; 2] = [
        b"f877497d86f9489edc1505c336872dd9c10e0bb3d6040f7e441a2c62e985ef04d1cb74963ba608461db4283279f46313420bdecb8877dfc8b54aea20b080ad61",
        b"c0b21ba9810bb2fe61b4fd7b6711cf10a9ffffe94d3b9559b70df58299c0afd4978375a417102841c640ec58d8e9a51153c522665dd7464165496d38a4103409",
    ];

    fn private_key() -> RsaPrivateKey {
        let [p, q] = PRIMES.map(|digits| BigUint::parse_bytes(digits, 16).unwrap());
        RsaPrivateKey::from_p_q(p, q, BigUint::from(65_537_u32)).unwrap()
    }

    fn signer() -> CloudFrontSigner {
        let pem = private_key().to_pkcs8_pem(LineEnding::LF).unwrap();
        CloudFrontSigner::from_pem(&SecretString::from(pem.as_str()), "K2JCJMDEHXQW5F").unwrap()
    }

    /// Panics unless the signature is good for the policy.
    fn verify(policy: &str, signature: &str) {
        let base64 = signature.replace('-', "+").replace('_', "=").replace('~', "/");
        let signature = Signature::try_from(STANDARD.decode(base64).unwrap().as_slice()).unwrap();
        let key: VerifyingKey<Sha1> = SigningKey::<Sha1>::new(private_key()).verifying_key();
        key.verify(policy.as_bytes(), &signature).unwrap();
    }

    fn parameter<'a>(url: &'a str, name: &str) -> &'a str {
        let (_, parameters) = url.split_once('?').unwrap();
        parameters.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap()
    }

    /// Address, time and policy are those of the developer guide, "create a URL signature using a canned policy".
    #[test]
    fn a_url_is_signed_by_the_canned_policy_of_the_guide() {
        let url = "http://d111111abcdef8.cloudfront.net/horizon.jpg?size=large&license=yes";
        let signed = signer().sign_url(url, 1_426_500_000).unwrap();
        assert!(signed.starts_with(&format!("{url}&Expires=1426500000&Signature=")), "{signed}");
        assert!(signed.ends_with("&Key-Pair-Id=K2JCJMDEHXQW5F"), "{signed}");
        let signature = parameter(&signed, "Signature");
        assert!(!signature.contains(['+', '=', '/']), "{signature}");
        verify(
            "{\"Statement\":[{\"Resource\":\"http://d111111abcdef8.cloudfront.net/horizon.jpg?size=large&license=yes\",\
             \"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":1426500000}}}]}",
            signature,
        );
    }

    #[test]
    fn keys_are_read_in_both_forms_and_what_is_no_key_is_refused() {
        use rsa::pkcs1::EncodeRsaPrivateKey;
        let pem = private_key().to_pkcs1_pem(LineEnding::LF).unwrap();
        assert!(CloudFrontSigner::from_pem(&SecretString::from(pem.as_str()), "K").is_ok());
        assert!(CloudFrontSigner::from_pem(&SecretString::from("no key".to_owned()), "K").is_err());
    }

    #[tokio::test]
    async fn a_result_is_linked_through_the_network_under_its_name_for_an_hour() {
        let links = CloudFrontLinks::new(links(), "d111111abcdef8.cloudfront.net", signer());
        let key = BlobKey::try_from("local/ab/r1/bundle/bundle.pdf".to_owned()).unwrap();
        let url = links.download(Bucket::Results, &key, Some("Акт № 1.pdf")).await.unwrap().unwrap();
        let (address, _) = url.split_once("&Expires=").unwrap();
        assert_eq!(
            address,
            "https://d111111abcdef8.cloudfront.net/results/local/ab/r1/bundle/bundle.pdf?response-content-disposition=\
             attachment%3B%20filename%3D%22___%20_%201.pdf%22%3B%20\
             filename%2A%3DUTF-8%27%27%25D0%2590%25D0%25BA%25D1%2582%2520%25E2%2584%2596%25201.pdf"
        );
        assert_eq!(parameter(&url, "Expires"), "1700003600");
        verify(&policy(address, 1_700_003_600), parameter(&url, "Signature"));
    }

    #[tokio::test]
    async fn an_upload_is_linked_past_the_network() {
        let links = CloudFrontLinks::new(links(), "d111111abcdef8.cloudfront.net", signer());
        let key = BlobKey::dropped("local/АОСР № 1.pdf".to_owned()).unwrap();
        let url = links.download(Bucket::Uploads, &key, None).await.unwrap().unwrap();
        assert!(url.starts_with("https://pto-uploads.s3.eu-central-1.amazonaws.com/local/"), "{url}");
    }

    #[tokio::test]
    async fn cookies_open_one_prefix() {
        let links = CloudFrontLinks::new(links(), "d111111abcdef8.cloudfront.net", signer());
        let cookies = links.cookies(Bucket::Pages, "local/ab/r1/").await.unwrap();
        let policy = STANDARD.decode(cookies.policy.replace('-', "+").replace('_', "=").replace('~', "/")).unwrap();
        let policy = String::from_utf8(policy).unwrap();
        assert_eq!(
            policy,
            "{\"Statement\":[{\"Resource\":\"https://d111111abcdef8.cloudfront.net/pages/local/ab/r1/*\",\
             \"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":1700003600}}}]}"
        );
        verify(&policy, &cookies.signature);
        let names = cookies.pairs().map(|(name, _)| name);
        assert_eq!(names, ["CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"]);
    }
}
