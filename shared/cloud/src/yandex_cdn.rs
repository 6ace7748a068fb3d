use crate::PresignedLinks;
use crate::presigned::DOWNLOAD_LIFE;
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{BlobKey, Bucket, DocumentId, percent_encoded};
use md5::{Digest, Md5};
use ports::{Links, PortError, UploadLink};
use secrecy::{ExposeSecret, SecretString};

/// Links of a Yandex CDN resource with secure tokens, whose origin is the bucket of pages, index and results. The network
/// cannot name a file, so a link with a file name goes to the bucket itself, as those to the uploads do.
pub struct YandexCdnLinks {
    presigned: PresignedLinks,
    domain: String,
    secret: SecretString,
}

impl YandexCdnLinks {
    /// Links under `https://<domain>/`, with tokens of this secret.
    pub fn new(presigned: PresignedLinks, domain: impl Into<String>, secret: SecretString) -> Self {
        Self { presigned, domain: domain.into(), secret }
    }
}

/// The token of a path (not encoded, beginning with `/`) until `expires`, for every address: the MD5 of
/// "expires path secret", the first two not parted.
/// Source: <https://yandex.cloud/docs/cdn/concepts/secure-tokens>.
fn token(path: &str, expires: u64, secret: &SecretString) -> String {
    let signed = format!("{expires}{path} {}", secret.expose_secret());
    URL_SAFE_NO_PAD.encode(Md5::digest(signed))
}

#[async_trait]
impl Links for YandexCdnLinks {
    async fn download(
        &self,
        bucket: Bucket,
        key: &BlobKey,
        file_name: Option<&str>,
    ) -> Result<Option<String>, PortError> {
        if bucket == Bucket::Uploads || file_name.is_some() {
            return self.presigned.download(bucket, key, file_name).await;
        }
        let path = format!("/{}", self.presigned.location(bucket)?.full_key(key));
        let expires = self.presigned.now_ms() / 1000 + DOWNLOAD_LIFE.as_secs();
        let token = token(&path, expires, &self.secret);
        Ok(Some(format!("https://{}{}?md5={token}&expires={expires}", self.domain, percent_encoded(&path, b"/"))))
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

    /// The example of nginx's `ngx_http_secure_link_module`, whose rule this is, with no address in it.
    #[test]
    fn the_token_is_that_of_nginx() {
        let secret = SecretString::from("secret".to_owned());
        assert_eq!(token("/s/link127.0.0.1", 2_147_483_647, &secret), "_e4Nc3iduzkWRm01TBBNYw");
    }
}
