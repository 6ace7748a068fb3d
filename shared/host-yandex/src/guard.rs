use crate::problem::problem;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use tracing::Instrument;

/// By which Yandex Cloud names a request in its own log.
const REQUEST_ID: &str = "x-request-id";

/// Stands around every request: names it in the log, and makes a 500 of a panic.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let request_id = request_id(request.headers());
    let span = tracing::error_span!("request", request_id);
    let method = request.method().clone();
    async move {
        let started = Instant::now();
        let response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(response) => response,
            Err(_panic) => {
                tracing::error!("a request panicked the host");
                let title = "Внутренняя ошибка";
                problem(StatusCode::INTERNAL_SERVER_ERROR, title, "Запрос не выполнен. Повторите его через минуту.")
            }
        };
        // No path: it may be followed by what a user looks for.
        let (status, took_ms) = (response.status().as_u16(), started.elapsed().as_millis() as u64);
        tracing::info!(%method, status, took_ms, "{method} answered {status} in {took_ms} ms");
        response
    }
    .instrument(span)
    .await
}

/// What a client may write into it is kept out of the log, unless it looks like an id.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_id = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_id.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_is_taken_for_one() {
        let given = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, text.parse().unwrap());
            request_id(&headers)
        };
        assert_eq!(given("8b3a6a2e-11aa").as_deref(), Some("8b3a6a2e-11aa"));
        for text in ["", "Ivan Petrov", "a\"b", &"a".repeat(65)] {
            assert_eq!(given(text), None, "{text}");
        }
    }
}
