use crate::moto::Moto;
use aws_sdk_s3::Client;
use bytes::Bytes;
use cloud::{CloudHost, Dialect, S3Blobs};
use domain::{BlobKey, Bucket, DocumentId};
use ports::{Host, contract};
use std::sync::Arc;

pub(crate) async fn store(moto: &Moto, dialect: Dialect) -> CloudHost {
    let client = client(moto);
    for bucket in ["pto-uploads", "pto-results"] {
        let place = aws_sdk_s3::types::CreateBucketConfiguration::builder();
        let place = place.location_constraint(aws_sdk_s3::types::BucketLocationConstraint::EuCentral1).build();
        client.create_bucket().bucket(bucket).create_bucket_configuration(place).send().await.unwrap();
    }
    moto.host(dialect, &[]).await
}

fn client(moto: &Moto) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::v2026_01_12())
        .region(aws_sdk_s3::config::Region::new("eu-central-1"))
        .endpoint_url(moto.url())
        .credentials_provider(aws_sdk_s3::config::Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"));
    Client::from_conf(config.build())
}

fn key(text: &str) -> BlobKey {
    BlobKey::try_from(text.to_owned()).unwrap()
}

#[tokio::test]
async fn the_blobs_pass_the_contract_suite_in_a_bucket_and_in_its_folders() {
    let moto = Moto::start();
    let host = store(&moto, Dialect::Aws).await;
    for bucket in Bucket::ALL {
        contract::blobs(host.blobs(bucket).unwrap().as_ref()).await;
    }
}

#[tokio::test]
async fn the_blobs_of_yandex_pass_the_contract_suite() {
    let moto = Moto::start();
    let host = store(&moto, Dialect::Yandex).await;
    contract::blobs(host.blobs(Bucket::Results).unwrap().as_ref()).await;
}

#[tokio::test]
async fn what_was_dropped_under_its_users_own_name_is_listed() {
    let moto = Moto::start();
    let uploads = store(&moto, Dialect::Aws).await.blobs(Bucket::Uploads).unwrap();
    let names = ["local/a&b <c> %41 'ё' ~!.pdf", "local/АОСР № 1 + план.pdf", "local/объект 7/КЖ?#.pdf"];
    let dropped = names.map(|name| BlobKey::dropped(name.to_owned()).unwrap());
    for key in &dropped {
        uploads.put(key, Bytes::from_static(b"0123")).await.unwrap();
    }
    assert_eq!(uploads.list("local/").await.unwrap(), dropped);
    assert_eq!(uploads.list("local/объект 7/").await.unwrap(), dropped[2..]);
}

#[tokio::test]
async fn the_type_of_an_object_follows_its_name() {
    let moto = Moto::start();
    let uploads = store(&moto, Dialect::Aws).await.blobs(Bucket::Uploads).unwrap();
    let name = "local/АОСР № 1 + план.PDF";
    uploads.put(&BlobKey::dropped(name.to_owned()).unwrap(), Bytes::from_static(b"0123")).await.unwrap();
    let object = client(&moto).head_object().bucket("pto-uploads").key(name).send().await.unwrap();
    assert_eq!(object.content_type(), Some("application/pdf"));
}

/// The server answers three keys a page.
#[tokio::test]
async fn a_long_list_is_whole_and_holds_no_foreign_keys() {
    let moto = Moto::start();
    let host = store(&moto, Dialect::Aws).await;
    let pages = host.blobs(Bucket::Pages).unwrap();
    let keys: Vec<_> = (0..10).map(|number| key(&format!("local/chunk-{number}.json"))).collect();
    for key in keys.iter().rev() {
        pages.put(key, Bytes::from_static(b"[]")).await.unwrap();
    }
    let results = host.blobs(Bucket::Results).unwrap();
    results.put(&key("local/a"), Bytes::from_static(b"x")).await.unwrap();
    for mark in ["pages/", "pages/local/"] {
        client(&moto).put_object().bucket("pto-results").key(mark).send().await.unwrap();
    }
    assert_eq!(pages.list("local/").await.unwrap(), keys);
    assert_eq!(pages.list("").await.unwrap(), keys);
    assert_eq!(results.list("").await.unwrap(), [key("local/a")]);
}

#[tokio::test]
async fn a_large_object_goes_in_parts_and_comes_back_whole() {
    let moto = Moto::start();
    let host = store(&moto, Dialect::Aws).await;
    let with_checksums = S3Blobs::new(client(&moto), "pto-results/index".parse().unwrap());
    let bytes: Bytes = (0..66_u8).map(|number| vec![number; 1 << 20]).collect::<Vec<_>>().concat().into();
    let stores = [(host.blobs(Bucket::Results).unwrap(), "results", false), (Arc::new(with_checksums), "index", true)];
    for (blobs, folder, has_checksum) in stores {
        blobs.put(&key("local/bundle.zip"), bytes.clone()).await.unwrap();
        assert!(blobs.get(&key("local/bundle.zip")).await.unwrap().as_ref() == Some(&bytes), "the object changed");
        let head = || client(&moto).head_object().bucket("pto-results").key(format!("{folder}/local/bundle.zip"));
        let whole = head().checksum_mode(aws_sdk_s3::types::ChecksumMode::Enabled).send().await.unwrap();
        assert_eq!(whole.content_type(), Some("application/zip"));
        assert_eq!(whole.checksum_crc32().is_some(), has_checksum);
        assert_eq!(head().part_number(1).send().await.unwrap().parts_count(), Some(9));
    }
}

/// The newer checksums, which the SDK leaves out wherever the address is not AWS's.
#[tokio::test]
async fn the_blobs_pass_the_contract_suite_with_checksums() {
    let moto = Moto::start();
    store(&moto, Dialect::Aws).await;
    contract::blobs(&S3Blobs::new(client(&moto), "pto-results/index".parse().unwrap())).await;
}

#[tokio::test]
async fn an_upload_in_parts_that_fails_leaves_nothing_behind() {
    let moto = Moto::start();
    let host = store(&moto, Dialect::Aws).await;
    let results = host.blobs(Bucket::Results).unwrap();
    let own = key("local/bundle.zip");
    results.put(&own, Bytes::from_static(b"old")).await.unwrap();
    moto.refuse("partNumber=7");
    results.put(&own, Bytes::from(vec![7; 65 << 20])).await.unwrap_err();
    moto.refuse("");
    assert_eq!(results.get(&own).await.unwrap().as_deref(), Some(&b"old"[..]));
    let open = client(&moto).list_multipart_uploads().bucket("pto-results").send().await.unwrap();
    assert!(open.uploads().is_empty(), "the parts were left: {open:?}");
}

#[tokio::test]
async fn an_outage_is_an_error_and_not_an_absence() {
    let moto = Moto::start();
    let host = moto.host(Dialect::Aws, &[]).await;
    let nowhere = host.blobs(Bucket::Results).unwrap();
    assert!(nowhere.get(&key("local/a")).await.is_err(), "there is no such bucket");
    assert!(nowhere.get_range(&key("local/a"), 0..1).await.is_err());
    assert!(nowhere.list("").await.is_err());
    assert!(nowhere.put(&key("local/a"), Bytes::new()).await.is_err());
}

#[tokio::test]
async fn a_client_sends_and_fetches_by_links_and_cannot_send_twice() {
    let moto = Moto::start();
    for dialect in [Dialect::Aws, Dialect::Yandex] {
        let (own, bytes) = (key(&format!("local/{dialect:?}")), "АОСР".as_bytes());
        let host = if dialect == Dialect::Aws { store(&moto, dialect).await } else { moto.host(dialect, &[]).await };
        let links = host.links().unwrap();
        let link = links.upload(&own, bytes.len() as u64, &DocumentId::of(bytes)).await.unwrap().unwrap();
        let http = reqwest::Client::new();
        let put = || {
            let headers = link.headers.iter().filter(|(name, _)| name != "content-length");
            let request = headers.fold(http.put(&link.url), |request, (name, value)| request.header(name, value));
            request.body(bytes).send()
        };
        let first = put().await.unwrap();
        assert_eq!(first.status(), 200, "{}", first.text().await.unwrap());
        assert_eq!(put().await.unwrap().status(), 412);
        let link = links.download(Bucket::Uploads, &own, Some("Акт № 1.pdf")).await.unwrap().unwrap();
        let answer = http.get(&link).send().await.unwrap();
        let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert!(disposition.ends_with("filename*=UTF-8''%D0%90%D0%BA%D1%82%20%E2%84%96%201.pdf"), "{disposition}");
        assert_eq!(answer.bytes().await.unwrap(), bytes);
    }
}
