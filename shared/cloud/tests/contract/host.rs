use crate::moto::Moto;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use cloud::{CloudHost, Dialect, FreshCredentials, QueryClient, Variables};
use domain::{BlobKey, Bucket, StageName};
use ports::{Host, Notice};
use std::sync::Arc;

pub(crate) fn query(service: &'static str) -> QueryClient {
    let keys = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let credentials = Arc::new(FreshCredentials::new(SharedCredentialsProvider::new(keys)));
    QueryClient::new(reqwest::Client::new(), credentials, service, "eu-central-1")
}

async fn call(moto: &Moto, service: &'static str, version: &str, fields: &[(&str, &str)]) -> cloud::XmlElement {
    let version = ("Version".to_owned(), version.to_owned());
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    query(service).form(moto.url(), &fields.chain([version]).collect::<Vec<_>>()).await.unwrap()
}

fn notice(text: &str) -> Notice {
    Notice { stage: StageName::Indexer, document: None, text: text.to_owned() }
}

#[tokio::test]
async fn a_notice_reaches_the_subscribers_of_the_topic() {
    let moto = Moto::start();
    let topic = call(&moto, "sns", "2010-03-31", &[("Action", "CreateTopic"), ("Name", "pto")]).await;
    let topic = topic.child("CreateTopicResult").unwrap().text_of("TopicArn").unwrap().to_owned();
    let queue = call(&moto, "sqs", "2012-11-05", &[("Action", "CreateQueue"), ("QueueName", "letters")]).await;
    let queue = queue.child("CreateQueueResult").unwrap().text_of("QueueUrl").unwrap().to_owned();
    let arn = topic.replace(":sns:", ":sqs:").replace(":pto", ":letters");
    let subscription = [
        ("Action", "Subscribe"),
        ("TopicArn", topic.as_str()),
        ("Protocol", "sqs"),
        ("Endpoint", &arn),
        ("Attributes.entry.1.key", "RawMessageDelivery"),
        ("Attributes.entry.1.value", "true"),
    ];
    call(&moto, "sns", "2010-03-31", &subscription).await;
    let variables = [("PTO_NOTICES_TOPIC", topic.as_str()), ("PTO_DEAD_LETTERS", &queue)];
    let host = moto.host(Dialect::Aws, &variables).await;
    host.notices().unwrap().tell(&notice("Очередь выросла & «стоит» <5 минут>.")).await.unwrap();
    let letters = host.dead_letters().unwrap().receive(10, 1000, 0).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].body, "подготовка поиска: Очередь выросла & «стоит» <5 минут>.");
}

#[tokio::test]
async fn a_notice_without_a_topic_goes_to_the_log() {
    let host = CloudHost::from_variables(Variables::default(), Dialect::Aws).await;
    host.notices().unwrap().tell(&notice("Очередь выросла.")).await.unwrap();
}

#[tokio::test]
async fn a_refused_notice_is_an_error() {
    let moto = Moto::start();
    let topic = "arn:aws:sns:eu-central-1:123456789012:nowhere";
    let host = moto.host(Dialect::Aws, &[("PTO_NOTICES_TOPIC", topic)]).await;
    assert!(host.notices().unwrap().tell(&notice("x")).await.is_err());
}

#[tokio::test]
async fn a_secret_that_is_missing_or_no_key_fails_the_link_and_not_the_host() {
    let moto = Moto::start();
    let more = [("PTO_CDN_DOMAIN", "d1.cloudfront.net"), ("PTO_CDN_KEY_ID", "K"), ("PTO_CDN_SECRET", "links")];
    let links = moto.host(Dialect::Aws, &more).await.links().unwrap();
    let key = BlobKey::try_from("local/a".to_owned()).unwrap();
    let error = links.download(Bucket::Results, &key, None).await.unwrap_err();
    let source = error.source.unwrap().to_string();
    assert!(source.contains("ResourceNotFoundException"), "{source}");
    let secret = serde_json::json!({ "Name": "links", "SecretString": "no key", "ClientRequestToken": "0".repeat(32) });
    query("secretsmanager").json(moto.url(), "secretsmanager.CreateSecret", &secret).await.unwrap();
    let error = links.download(Bucket::Results, &key, None).await.unwrap_err();
    assert!(error.source.unwrap().to_string().contains("private key"));
}

#[tokio::test]
async fn the_largest_file_is_set_and_sane() {
    let largest = async |pairs: &[(&str, &str)]| {
        let variables = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        CloudHost::from_variables(variables, Dialect::Aws).await.largest_file_bytes()
    };
    assert_eq!(largest(&[("PTO_LARGEST_FILE_MIB", "512")]).await, Ok(512 << 20));
    assert_eq!(largest(&[]).await.unwrap_err().how, "PTO_LARGEST_FILE_MIB");
    for wrong in ["0", "-1", "1025", "512M", "18446744073709551615"] {
        let missing = largest(&[("PTO_LARGEST_FILE_MIB", wrong)]).await.unwrap_err();
        assert!(missing.what.contains(wrong) && missing.how == "PTO_LARGEST_FILE_MIB", "{missing}");
    }
}

#[tokio::test]
async fn what_is_not_set_is_named_when_it_is_asked_for() {
    let set = |names: &[&str]| -> Variables {
        let value = |name: &str| if name.starts_with("PTO_BUCKET") { "bucket" } else { "eu-central-1" };
        names.iter().map(|name| ((*name).to_owned(), value(name).to_owned())).collect()
    };
    let host = async |names: &[&str], dialect| CloudHost::from_variables(set(names), dialect).await;
    let nothing = host(&[], Dialect::Aws).await;
    assert_eq!(nothing.blobs(Bucket::Results).err().unwrap().how, "AWS_REGION");
    assert!(nothing.compute().is_ok() && nothing.progress().is_ok() && nothing.clock().is_ok());
    let aws = host(&["AWS_REGION", "PTO_BUCKET_PAGES"], Dialect::Aws).await;
    assert!(aws.blobs(Bucket::Pages).is_ok());
    assert_eq!(aws.blobs(Bucket::Results).err().unwrap().how, "PTO_BUCKET_RESULTS");
    assert_eq!(aws.queue(StageName::PdfSplitter).err().unwrap().how, "PTO_QUEUE_PDF_SPLITTER");
    assert_eq!(aws.ledger().err().unwrap().how, "PTO_TABLE");
    assert_eq!(aws.links().err().unwrap().how, "PTO_BUCKET_UPLOADS");
    assert_eq!(aws.dead_letters().err().unwrap().how, "PTO_DEAD_LETTERS");
    let yandex = host(&["PTO_BUCKET_PAGES"], Dialect::Yandex).await;
    assert_eq!(yandex.blobs(Bucket::Pages).err().unwrap().how, "AWS_ACCESS_KEY_ID");
    let yandex =
        host(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PTO_BUCKET_PAGES", "PTO_TABLE"], Dialect::Yandex);
    let yandex = yandex.await;
    assert!(yandex.blobs(Bucket::Pages).is_ok());
    assert_eq!(yandex.ledger().err().unwrap().how, "AWS_ENDPOINT_URL_DYNAMODB");
    let wrong: Variables = [("AWS_REGION", "eu-central-1"), ("PTO_BUCKET_PAGES", "arn:aws:s3:::pages")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    let missing = CloudHost::from_variables(wrong, Dialect::Aws).await.blobs(Bucket::Pages).err().unwrap();
    assert_eq!(missing.how, "PTO_BUCKET_PAGES");
    assert!(missing.what.contains("arn:aws:s3:::pages"), "{missing}");
}
