use crate::moto::Moto;
use crate::{blobs, host, ledger};
use cloud::{CloudHost, Dialect, Variables};
use ports::{Host, contract};
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that answers every question of the contract suite; its address, and the requests it has seen.
async fn server() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut request, mut part) = (Vec::new(), vec![0_u8; 16 << 10]);
            while !request.ends_with(b"}") {
                match stream.read(&mut part).await {
                    Ok(read) if read > 0 => request.extend(&part[..read]),
                    _ => break,
                }
            }
            noted.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
            let choice = json!({"message": {"content": "{\"number\": true}"}, "finish_reason": "stop"});
            let body = json!({"choices": [choice], "usage": {"prompt_tokens": 90, "completion_tokens": 9}}).to_string();
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            if stream.write_all(format!("{head}{body}").as_bytes()).await.is_err() {
                break;
            }
        }
    });
    (url, seen)
}

fn variables(url: &str) -> Vec<(&str, &str)> {
    vec![
        ("PTO_MODEL_URL", url),
        ("PTO_MODEL_NAME", "large"),
        ("PTO_MODEL_SECRET", "model"),
        ("PTO_MODEL_PRICE_IN", "400"),
        ("PTO_MODEL_PRICE_OUT", "400"),
        ("PTO_MODEL_CAP_DOCUMENT", "10"),
        ("PTO_MODEL_CAP_TENANT", "100"),
        ("PTO_MODEL_CAP_MONTH", "1000"),
    ]
}

#[tokio::test]
async fn the_model_keeps_the_contract_with_its_stores_in_the_cloud_and_its_key_in_a_secret() {
    let moto = Moto::start();
    blobs::store(&moto, Dialect::Aws).await;
    ledger::store(&moto, Dialect::Aws).await;
    let secret = json!({ "Name": "model", "SecretString": "key-7", "ClientRequestToken": "0".repeat(32) });
    host::query("secretsmanager").json(moto.url(), "secretsmanager.CreateSecret", &secret).await.unwrap();
    let (url, seen) = server().await;
    let model = moto.host(Dialect::Aws, &variables(&url)).await.model().unwrap();
    contract::model(model.as_ref()).await;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1, "a repeat is answered from what is kept");
    assert!(seen[0].to_lowercase().contains("authorization: bearer key-7"), "{}", seen[0]);
}

#[tokio::test]
async fn a_model_is_none_or_whole() {
    let host = async |pairs: &[(&str, &str)]| {
        let keys = [("AWS_REGION", "eu-central-1"), ("PTO_BUCKET_PAGES", "pages"), ("PTO_TABLE", "pto")];
        let pairs = keys.iter().chain(pairs);
        let set: Variables = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        CloudHost::from_variables(set, Dialect::Aws).await
    };
    assert!(!host(&[]).await.model().unwrap().is_configured());
    assert!(host(&variables("https://model.example/v1")).await.model().unwrap().is_configured());
    let open = host(&variables("http://model.example/v1")).await.model().err().unwrap();
    assert_eq!(open.how, "PTO_MODEL_URL", "a key goes over https only");
    for name in ["PTO_MODEL_NAME", "PTO_MODEL_PRICE_OUT", "PTO_MODEL_CAP_MONTH"] {
        let some: Vec<_> = variables("https://m.example/v1").into_iter().filter(|(known, _)| *known != name).collect();
        assert_eq!(host(&some).await.model().err().unwrap().how, name);
    }
}
