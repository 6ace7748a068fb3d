//! The edge: what goes over a real connection, and what comes back of it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use llm::{Call, HttpTransport, Transport};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Takes one request, answers with these bytes, and gives back what it was sent.
async fn serve(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/chat/completions", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut request, mut part) = (Vec::new(), [0_u8; 4096]);
        while !request.ends_with(b"{\"model\":\"m\"}") {
            let read = stream.read(&mut part).await.unwrap();
            request.extend(part.iter().take(read));
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request).unwrap()
    });
    (url, served)
}

fn call(url: &str) -> Call {
    let key = Some(SecretString::from("key-7".to_owned()));
    Call { url: url.to_owned(), key, body: "{\"model\":\"m\"}".to_owned() }
}

#[tokio::test]
async fn the_key_goes_as_a_bearer_and_the_answer_comes_in_parts() {
    let (url, served) = serve("HTTP/1.1 429 Too Many\r\nRetry-After: 9\r\nContent-Length: 4\r\n\r\nbusy").await;
    let mut incoming = HttpTransport::new().unwrap().post(&call(&url)).await.unwrap();
    assert_eq!((incoming.status(), incoming.retry_after().as_deref()), (429, Some("9")));
    assert_eq!(incoming.part().await.unwrap().unwrap(), "busy");
    assert!(incoming.part().await.unwrap().is_none());
    let request = served.await.unwrap().to_lowercase();
    assert!(
        request.starts_with("post /v1/chat/completions") && request.contains("authorization: bearer key-7"),
        "{request}"
    );
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_the_key_stays_here() {
    let (url, _) = serve("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(HttpTransport::new().unwrap().post(&call(&url)).await.unwrap().status(), 302);
}

#[tokio::test]
async fn a_broken_connection_is_told_from_none() {
    let (url, served) = serve("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"cho").await;
    let mut incoming = HttpTransport::new().unwrap().post(&call(&url)).await.unwrap();
    served.await.unwrap();
    let broken = loop {
        match incoming.part().await {
            Ok(part) => assert!(part.is_some(), "half an answer ended well"),
            Err(error) => break error,
        }
    };
    assert!(broken.may_have_arrived);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let absent = HttpTransport::new().unwrap().post(&call(&nobody)).await.err().unwrap();
    assert!(!absent.may_have_arrived && !format!("{absent} {absent:?}").contains("key-7"));
}
