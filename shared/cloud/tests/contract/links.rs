use aws_sdk_s3::Client;
use cloud::{CloudHost, Dialect, Variables};
use domain::{BlobKey, Bucket, DocumentId};
use ports::{Host, contract};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A ministack server, which checks signatures; moto does not. Killed when dropped.
struct Ministack {
    process: Child,
    url: String,
}

impl Ministack {
    fn start() -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/emulators/ministack/bin/ministack");
        assert!(program.exists(), "there is no ministack: run scripts/setup test");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}");
        let mut command = Command::new(program);
        command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", port.to_string()).env("AWS_ENDPOINT_URL", &url);
        command.env("AUTH", "true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let listens = log.any(|line| line.contains("Running on"));
        // Read on, lest the server wait for a reader of its log.
        std::thread::spawn(move || log.for_each(drop));
        let server = Self { process, url };
        assert!(listens, "ministack ended before it listened");
        server
    }

    async fn host(&self) -> CloudHost {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(aws_sdk_s3::config::BehaviorVersion::v2026_01_12())
            .region(aws_sdk_s3::config::Region::new("us-east-1"))
            .endpoint_url(&self.url)
            .force_path_style(true)
            .credentials_provider(aws_sdk_s3::config::Credentials::new("test", "test", None, None, "test"));
        let client = Client::from_conf(config.build());
        for bucket in ["pto-uploads", "pto-results"] {
            client.create_bucket().bucket(bucket).send().await.unwrap();
        }
        let variables = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("PTO_BUCKET_UPLOADS", "pto-uploads"),
            ("PTO_BUCKET_RESULTS", "pto-results/results"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        CloudHost::from_variables(Variables::from_iter(variables), Dialect::Aws).await
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[tokio::test]
async fn the_store_takes_what_was_announced_and_nothing_else_and_only_once() {
    let server = Ministack::start();
    let host = server.host().await;
    let key = BlobKey::try_from("local/0123abcd".to_owned()).unwrap();
    let announced = "АОСР".as_bytes();
    let link = host.links().unwrap().upload(&key, announced.len() as u64, &DocumentId::of(announced)).await;
    let link = link.unwrap().unwrap();
    let http = reqwest::Client::new();
    let status = async |bytes: &'static [u8], without: &str| {
        // Every client sets the length itself, from the bytes it sends.
        let told = link.headers.iter().filter(|(name, _)| name != "content-length" && name != without);
        let request = told.fold(http.put(&link.url), |request, (name, value)| request.header(name, value));
        request.body(bytes).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("АОСР!".as_bytes(), "").await, 403, "another size");
    assert_eq!(status("АОСХ".as_bytes(), "").await, 400, "another content");
    assert_eq!(status(announced, "x-amz-checksum-sha256").await, 403, "no hash");
    assert_eq!(status(announced, "if-none-match").await, 403, "no care for what is there");
    assert_eq!(host.blobs(Bucket::Uploads).unwrap().size(&key).await.unwrap(), None);
    assert_eq!(status(announced, "").await, 200);
    assert_eq!(status(announced, "").await, 412, "a second time");
    let stored = host.blobs(Bucket::Uploads).unwrap().get(&key).await.unwrap();
    assert_eq!(stored.as_deref(), Some(announced));
}

#[tokio::test]
async fn a_link_fetches_its_object_and_cannot_be_altered() {
    let server = Ministack::start();
    let host = server.host().await;
    let results = host.blobs(Bucket::Results).unwrap();
    contract::blobs(results.as_ref()).await;
    let key = BlobKey::try_from("local/ab/r1/document.json".to_owned()).unwrap();
    results.put(&key, "{}".into()).await.unwrap();
    let link = host.links().unwrap().download(Bucket::Results, &key, Some("Сводка.json")).await.unwrap().unwrap();
    let status = async |link: &str| reqwest::get(link).await.unwrap().status().as_u16();
    assert_eq!(status(&link).await, 200);
    for (own, other) in [("Expires=3600", "Expires=3601"), ("document.json", "analysis.json"), ("attachment", "inline")]
    {
        assert!(link.contains(own));
        assert_eq!(status(&link.replace(own, other)).await, 403, "{other}");
    }
}
