use crate::{FreshCredentials, InvalidXml, XmlElement};
use aws_credential_types::provider::error::CredentialsError;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A call that did not come to its answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// There is nothing to sign with.
    #[error("get credentials")]
    Credentials(#[from] CredentialsError),
    /// The request could not be signed.
    #[error("sign the request")]
    Signature(#[source] Box<dyn Error + Send + Sync>),
    /// No answer came.
    #[error("send the request")]
    Transport(#[from] reqwest::Error),
    /// The service refused.
    #[error("have the request taken: status {status}, {code}: {message}")]
    Refused {
        /// Status of the answer.
        status: u16,
        /// The service's code, or an empty text.
        code: String,
        /// The service's words, or the begin of its answer.
        message: String,
    },
    /// The answer is no XML.
    #[error("read the answer")]
    Xml(#[from] InvalidXml),
    /// The answer is no JSON.
    #[error("read the answer")]
    Json(#[from] serde_json::Error),
}

impl QueryError {
    /// The service's code, when the service refused.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    fn may_pass(&self) -> bool {
        match self {
            Self::Transport(error) => !error.is_builder(),
            Self::Refused { status, code, .. } => *status >= 500 || *status == 429 || code.contains("Throttl"),
            _ => false,
        }
    }
}

/// Calls a service by signed `POST`s (Signature Version 4): forms with XML answers (the query protocol) and JSON 1.1.
/// For services that have no SDK here. A call is tried three times when the failure may pass, so what it asks for may
/// happen twice.
#[derive(Debug, Clone)]
pub struct QueryClient {
    http: reqwest::Client,
    credentials: Arc<FreshCredentials>,
    service: &'static str,
    region: String,
}

const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Of a call as a whole: a long poll takes 20 seconds of it.
const PATIENCE: Duration = Duration::from_secs(35);
const MOST_QUOTED: usize = 500;

impl QueryClient {
    /// Calls `service` (as it is signed: `sqs`, `sns`, `secretsmanager`) in `region`.
    pub fn new(
        http: reqwest::Client,
        credentials: Arc<FreshCredentials>,
        service: &'static str,
        region: impl Into<String>,
    ) -> Self {
        Self { http, credentials, service, region: region.into() }
    }

    /// Posts the fields as a form; answers the root element of the XML that came back.
    pub async fn form(&self, url: &str, fields: &[(String, String)]) -> Result<XmlElement, QueryError> {
        let body = form_encoded(fields);
        let headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        let answer = self.post(url, &headers, &body, xml_refusal).await?;
        Ok(XmlElement::read(&answer)?)
    }

    /// Posts a JSON 1.1 call (`x-amz-target`); answers the JSON that came back.
    pub async fn json(
        &self,
        url: &str,
        target: &str,
        body: &serde_json::Value,
    ) -> Result<serde_json::Value, QueryError> {
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
        let answer = self.post(url, &headers, &body.to_string(), json_refusal).await?;
        Ok(serde_json::from_str(&answer)?)
    }

    async fn post(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
        refusal: fn(&str) -> Option<(String, String)>,
    ) -> Result<String, QueryError> {
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            match self.post_once(url, headers, body, refusal).await {
                Err(error) if attempt < ATTEMPTS && error.may_pass() => {
                    tracing::debug!(
                        service = self.service,
                        attempt,
                        error = &error as &dyn Error,
                        "the call is tried again"
                    );
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                    pause *= 2;
                }
                answer => return answer,
            }
        }
    }

    async fn post_once(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
        refusal: fn(&str) -> Option<(String, String)>,
    ) -> Result<String, QueryError> {
        let signature = self.signature(url, headers, body, SystemTime::now()).await?;
        let mut request = self.http.post(url).timeout(PATIENCE).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in signature {
            request = request.header(name, value);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if status.is_success() {
            return Ok(text);
        }
        let quoted = || (String::new(), text.chars().take(MOST_QUOTED).collect());
        let (code, message) = refusal(&text).unwrap_or_else(quoted);
        Err(QueryError::Refused { status: status.as_u16(), code, message })
    }

    /// The headers that sign the request.
    async fn signature(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
        at: SystemTime,
    ) -> Result<Vec<(&'static str, String)>, QueryError> {
        let identity = self.credentials.get().await?.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(at)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| QueryError::Signature(error.into()))?;
        let signable = SignableRequest::new("POST", url, headers.iter().copied(), SignableBody::Bytes(body.as_bytes()))
            .map_err(|error| QueryError::Signature(error.into()))?;
        let signed = sign(signable, &parameters.into()).map_err(|error| QueryError::Signature(error.into()))?;
        let (instructions, _signature) = signed.into_parts();
        let (signature_headers, _no_parameters) = instructions.into_parts();
        Ok(signature_headers.into_iter().map(|header| (header.name(), header.value().to_owned())).collect())
    }
}

fn form_encoded(fields: &[(String, String)]) -> String {
    let encoded = |text: &str| domain::percent_encoded(text, b"");
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

fn xml_refusal(answer: &str) -> Option<(String, String)> {
    let root = XmlElement::read(answer).ok()?;
    let error = if root.name == "Error" {
        &root
    } else {
        root.child("Error").or_else(|| root.child("Errors")?.child("Error"))?
    };
    Some((error.text_of("Code")?.to_owned(), error.text_of("Message").unwrap_or_default().to_owned()))
}

fn json_refusal(answer: &str) -> Option<(String, String)> {
    let root: serde_json::Value = serde_json::from_str(answer).ok()?;
    let kind = root.get("__type")?.as_str()?;
    let code = kind.rsplit_once('#').map_or(kind, |(_, code)| code);
    let message = root.get("message").or_else(|| root.get("Message")).and_then(serde_json::Value::as_str);
    Some((code.to_owned(), message.unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;
    use std::time::UNIX_EPOCH;

    fn client(service: &'static str) -> QueryClient {
        let keys = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None, None, "test");
        let credentials = Arc::new(FreshCredentials::new(SharedCredentialsProvider::new(keys)));
        QueryClient::new(reqwest::Client::new(), credentials, service, "us-east-1")
    }

    /// `post-x-www-form-urlencoded` of AWS's own suite of signatures.
    #[tokio::test]
    async fn a_form_is_signed_as_the_published_example() {
        let at = UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let signed = client("service").signature("https://example.amazonaws.com/", &headers, "Param1=value1", at).await;
        let signed = signed.unwrap();
        let authorization = signed.iter().find(|(name, _)| *name == "authorization").map(|(_, value)| value.as_str());
        assert_eq!(
            authorization,
            Some(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, \
                 Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
            )
        );
    }

    #[test]
    fn fields_are_encoded_whatever_they_hold() {
        let fields = [("Action".to_owned(), "Send".to_owned()), ("Body".to_owned(), "a b+«ё»&c=d\n~*".to_owned())];
        assert_eq!(form_encoded(&fields), "Action=Send&Body=a%20b%2B%C2%AB%D1%91%C2%BB%26c%3Dd%0A~%2A");
    }

    #[test]
    fn refusals_are_read_in_both_languages() {
        let xml = "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>ReceiptHandleIsInvalid</Code>\
            <Message>it &lt;was&gt;</Message></Error><RequestId>1</RequestId></ErrorResponse>";
        assert_eq!(xml_refusal(xml), Some(("ReceiptHandleIsInvalid".to_owned(), "it <was>".to_owned())));
        let json = r#"{"__type":"com.amazonaws#ResourceNotFoundException","message":"no"}"#;
        assert_eq!(json_refusal(json), Some(("ResourceNotFoundException".to_owned(), "no".to_owned())));
        assert_eq!((xml_refusal("Bad Gateway"), json_refusal("<html>")), (None, None));
    }
}
