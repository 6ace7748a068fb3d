use crate::BucketLocation;
use crate::clock::system_time;
use crate::content::attachment;
use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::PresigningConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{BlobKey, Bucket, DocumentId};
use ports::{Clock, Links, PortError, UploadLink};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a link to fetch an object lives.
pub(crate) const DOWNLOAD_LIFE: Duration = Duration::from_secs(3600);
/// How long a link to send a file lives.
const UPLOAD_LIFE: Duration = Duration::from_secs(900);

/// Links signed for S3 itself: for downloads where there is no content network, and for uploads everywhere. A link also
/// dies with the credentials that signed it.
#[derive(Clone)]
pub struct PresignedLinks {
    client: Client,
    locations: BTreeMap<Bucket, BucketLocation>,
    clock: Arc<dyn Clock>,
}

impl PresignedLinks {
    /// Links into these places.
    pub fn new(client: Client, locations: BTreeMap<Bucket, BucketLocation>, clock: Arc<dyn Clock>) -> Self {
        Self { client, locations, clock }
    }

    /// Where the objects of a bucket are; fails for a bucket that these links were not given.
    pub(crate) fn location(&self, bucket: Bucket) -> Result<&BucketLocation, PortError> {
        self.locations
            .get(&bucket)
            .ok_or_else(|| PortError::plain(format!("link into {}: its place is not set", bucket.name())))
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    fn life(&self, life: Duration) -> Result<PresigningConfig, PortError> {
        let config = PresigningConfig::builder().start_time(system_time(self.now_ms())).expires_in(life).build();
        config.map_err(|error| PortError::new("sign a link", error))
    }
}

#[async_trait]
impl Links for PresignedLinks {
    async fn download(
        &self,
        bucket: Bucket,
        key: &BlobKey,
        file_name: Option<&str>,
    ) -> Result<Option<String>, PortError> {
        let location = self.location(bucket)?;
        let request = self.client.get_object().bucket(location.bucket()).key(location.full_key(key));
        let request = request.set_response_content_disposition(file_name.map(attachment));
        let signed = request.presigned(self.life(DOWNLOAD_LIFE)?).await;
        let signed = signed.map_err(|error| PortError::new("sign a link to fetch an object", error))?;
        Ok(Some(signed.uri().to_owned()))
    }

    async fn upload(
        &self,
        key: &BlobKey,
        size_bytes: u64,
        content: &DocumentId,
    ) -> Result<Option<UploadLink>, PortError> {
        let location = self.location(Bucket::Uploads)?;
        let sha256 = sha256_of(content).ok_or_else(|| PortError::plain(format!("read {content} as a hash")))?;
        let length = i64::try_from(size_bytes).map_err(|error| PortError::new("sign for so large a file", error))?;
        let request = self.client.put_object().bucket(location.bucket()).key(location.full_key(key));
        let request = request.content_length(length).checksum_sha256(STANDARD.encode(sha256)).if_none_match("*");
        let expires_at_ms = self.now_ms() + UPLOAD_LIFE.as_secs() * 1000;
        let signed = request.presigned(self.life(UPLOAD_LIFE)?).await;
        let signed = signed.map_err(|error| PortError::new("sign a link to send a file", error))?;
        let headers = signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Some(UploadLink { url: signed.uri().to_owned(), headers, expires_at_ms }))
    }
}

/// The bytes of the hash that a document's id is.
fn sha256_of(content: &DocumentId) -> Option<[u8; 32]> {
    let text = content.as_str();
    let mut hash = [0; 32];
    if text.len() != 2 * hash.len() || !text.is_ascii() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{CloudHost, Dialect, Variables};
    use ports::Host;

    pub(crate) struct StandingClock;

    impl Clock for StandingClock {
        fn now_ms(&self) -> u64 {
            1_700_000_000_000
        }
    }

    fn variables(more: &[(&str, &str)]) -> Variables {
        let all = [
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("PTO_BUCKET_UPLOADS", "pto-uploads"),
            ("PTO_BUCKET_RESULTS", "pto-results/results"),
        ];
        all.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Links as a host on AWS has them, of 14 November 2023, 22:13:20.
    pub(crate) fn links() -> PresignedLinks {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(aws_sdk_s3::config::BehaviorVersion::v2026_01_12())
            .region(aws_sdk_s3::config::Region::new("eu-central-1"))
            .credentials_provider(aws_credential_types::Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"));
        let places = [
            (Bucket::Uploads, "pto-uploads"),
            (Bucket::Pages, "pto-results/pages"),
            (Bucket::Results, "pto-results/results"),
        ];
        let locations = places.map(|(bucket, place)| (bucket, place.parse().unwrap()));
        PresignedLinks::new(Client::from_conf(config.build()), locations.into(), Arc::new(StandingClock))
    }

    fn parameters(url: &str) -> BTreeMap<&str, &str> {
        let (_, parameters) = url.split_once('?').unwrap();
        parameters.split('&').map(|pair| pair.split_once('=').unwrap()).collect()
    }

    #[tokio::test]
    async fn the_signature_of_an_upload_binds_its_size_its_content_and_that_nothing_is_there() {
        let content = DocumentId::of(b"abc");
        let key = BlobKey::try_from("local/0123abcd".to_owned()).unwrap();
        let link = links().upload(&key, 3, &content).await.unwrap().unwrap();
        let parameters = parameters(&link.url);
        let signed: Vec<_> = parameters["X-Amz-SignedHeaders"].split("%3B").collect();
        for header in ["content-length", "host", "if-none-match", "x-amz-checksum-sha256"] {
            assert!(signed.contains(&header), "{header} is not signed: {signed:?}");
        }
        assert_eq!(parameters["X-Amz-Expires"], "900");
        assert_eq!(parameters["X-Amz-Date"], "20231114T221320Z");
        assert_eq!(link.expires_at_ms, 1_700_000_900_000);
        let headers: BTreeMap<_, _> =
            link.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(headers["content-length"], "3");
        assert_eq!(headers["if-none-match"], "*");
        assert_eq!(headers["x-amz-checksum-sha256"], "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        for header in signed {
            assert!(header == "host" || headers.contains_key(header), "{header} is signed but the client is not told");
        }
        assert!(
            link.url.starts_with("https://pto-uploads.s3.eu-central-1.amazonaws.com/local/0123abcd?"),
            "{}",
            link.url
        );
    }

    #[tokio::test]
    async fn a_download_is_named_and_ends_within_the_hour() {
        let key = BlobKey::try_from("local/ab/r1/acts/00000.pdf".to_owned()).unwrap();
        let url = links().download(Bucket::Results, &key, Some("Акт № 1.pdf")).await.unwrap().unwrap();
        assert!(
            url.starts_with("https://pto-results.s3.eu-central-1.amazonaws.com/results/local/ab/r1/acts/00000.pdf?")
        );
        let parameters = parameters(&url);
        assert!(parameters["response-content-disposition"].contains("UTF-8%27%27%25D0%2590"), "{url}");
        assert!(parameters["X-Amz-Expires"].parse::<u64>().unwrap() <= 3600);
        assert_eq!(parameters["X-Amz-SignedHeaders"], "host");
    }

    #[tokio::test]
    async fn a_bucket_that_is_not_set_has_no_links() {
        let key = BlobKey::try_from("local/a".to_owned()).unwrap();
        assert!(links().download(Bucket::Index, &key, None).await.is_err());
    }

    #[test]
    fn only_a_hash_has_the_bytes_of_a_hash() {
        let not_a_hash = DocumentId::try_from("z".repeat(64)).unwrap();
        assert_eq!(sha256_of(&not_a_hash), None);
        assert_eq!(sha256_of(&DocumentId::try_from("ab".to_owned()).unwrap()), None);
        assert!(sha256_of(&DocumentId::of(b"")).is_some());
    }

    #[tokio::test]
    async fn the_links_of_a_host_follow_its_variables() {
        let key = BlobKey::try_from("local/ab/r1/document.json".to_owned()).unwrap();
        let link = async |more: &[(&str, &str)], dialect, name| {
            let host = CloudHost::with_clock(variables(more), dialect, Arc::new(StandingClock)).await;
            host.links().unwrap().download(Bucket::Results, &key, name).await.unwrap().unwrap()
        };
        let yandex = [("PTO_CDN_DOMAIN", "cdn.example.ru"), ("PTO_CDN_TOKEN_KEY", "hush")];
        let plain = link(&[], Dialect::Aws, None).await;
        assert!(plain.starts_with("https://pto-results.s3.eu-central-1.amazonaws.com/results/local/"), "{plain}");
        let through = link(&yandex, Dialect::Yandex, None).await;
        assert!(through.starts_with("https://cdn.example.ru/results/local/ab/r1/document.json?md5="), "{through}");
        assert!(through.ends_with("&expires=1700003600"), "{through}");
        let named = link(&yandex, Dialect::Yandex, Some("Сводка.json")).await;
        assert!(named.starts_with("https://storage.yandexcloud.net/pto-results/results/local/"), "{named}");
        let cloud_front = variables(&[("PTO_CDN_DOMAIN", "d1.cloudfront.net")]);
        let missing = CloudHost::from_variables(cloud_front, Dialect::Aws).await.links().err().unwrap();
        assert_eq!(missing.how, "PTO_CDN_KEY_ID");
    }
}
