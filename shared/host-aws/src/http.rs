use crate::serve::check_runtime_variables;
use crate::{Error, telemetry};
use cloud::TRACE;
use domain::TenantId;
use lambda_http::request::RequestContext;
use lambda_http::tower::ServiceExt as _;
use lambda_http::{Body, IntoResponse, Request, RequestExt as _, Response, Service, service_fn};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use tracing::Instrument;

/// The claim that says to whose organisation the user belongs.
const TENANT_CLAIM: &str = "custom:tenant";

/// Names the tenant of all requests; for emulators, which check no token.
const SINGLE_TENANT: &str = "PTO_SINGLE_TENANT";

/// Answers the invocations of an HTTP API (payload format 2.0) with a service such as a router, until the process is
/// stopped. A request reaches the service with `extension(tenant)` among its extensions, the tenant being the claim
/// `custom:tenant` of the token that the API's JWT authorizer has checked; without a valid one it is answered 403
/// (RFC 9457), unless `PTO_SINGLE_TENANT` names the tenant of everybody: that is for emulators. Fails at once when that
/// variable is no tenant, or the process was not started by Lambda or an emulator of it.
pub async fn serve_http<S, B, X>(
    service: S,
    extension: impl Fn(TenantId) -> X + Send + Sync + 'static,
) -> Result<(), Error>
where
    S: Service<Request, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    Response<B>: IntoResponse,
    B: Send + 'static,
    X: Clone + Send + Sync + 'static,
{
    telemetry::start_telemetry()?;
    check_runtime_variables()?;
    let single = single_tenant(std::env::var(SINGLE_TENANT).ok())?;
    let extension = Arc::new(extension);
    let handler = service_fn(move |mut request: Request| {
        let (service, extension, single) = (service.clone(), Arc::clone(&extension), single.clone());
        let context = request.lambda_context_ref();
        let span = tracing::error_span!("invocation", request_id = context.map(|context| &*context.request_id));
        let trace = context.and_then(|context| context.xray_trace_id.clone()).unwrap_or_default();
        let answered = async move {
            let started = Instant::now();
            let method = request.method().clone();
            let response = match tenant(request.request_context_ref(), single.as_ref()) {
                Some(tenant) => {
                    request.extensions_mut().insert(extension(tenant));
                    let Ok(response) = service.oneshot(request).await;
                    response.into_response().await
                }
                None => refused(),
            };
            // No path: it may be followed by what a user looks for.
            let (status, took_ms) = (response.status().as_u16(), started.elapsed().as_millis() as u64);
            tracing::info!(%method, status, took_ms, "{method} answered {status} in {took_ms} ms");
            let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
            telemetry::write_metrics(now_ms);
            Ok::<Response<Body>, Infallible>(response)
        };
        TRACE.scope(trace, answered).instrument(span)
    });
    lambda_http::runtime(handler).run().await
}

fn single_tenant(variable: Option<String>) -> Result<Option<TenantId>, Error> {
    let Some(text) = variable.filter(|text| !text.is_empty()) else { return Ok(None) };
    TenantId::try_from(text).map(Some).map_err(|error| format!("failed to read {SINGLE_TENANT}: {error}").into())
}

/// Whose request it is. A token that names a tenant goes before the variable; one that names something else is refused.
fn tenant(context: Option<&RequestContext>, single: Option<&TenantId>) -> Option<TenantId> {
    let claim = match context {
        Some(RequestContext::ApiGatewayV2(context)) => context
            .authorizer
            .as_ref()
            .and_then(|authorizer| authorizer.jwt.as_ref())
            .and_then(|jwt| jwt.claims.get(TENANT_CLAIM)),
        _ => None,
    };
    match claim {
        Some(text) => TenantId::try_from(text.clone()).ok(),
        None => single.cloned(),
    }
}

fn refused() -> Response<Body> {
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": "Доступ запрещён",
        "status": 403,
        "detail": "В учётной записи не указана организация. Войдите снова; если это не поможет, обратитесь к администратору.",
    });
    let mut response = Response::new(Body::Text(problem.to_string()));
    *response.status_mut() = lambda_http::http::StatusCode::FORBIDDEN;
    let content_type = lambda_http::http::HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(lambda_http::http::header::CONTENT_TYPE, content_type);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn context(authorizer: Value) -> RequestContext {
        let context = json!({
            "stage": "$default", "timeEpoch": 1, "authorizer": authorizer,
            "http": {"method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "::1", "userAgent": "t"},
        });
        RequestContext::ApiGatewayV2(serde_json::from_value(context).unwrap())
    }

    fn claims(claims: Value) -> RequestContext {
        context(json!({"jwt": {"claims": claims, "scopes": null}}))
    }

    #[test]
    fn the_tenant_comes_from_the_token_alone() {
        let acme = TenantId::try_from("acme".to_owned()).unwrap();
        let local = TenantId::local();
        for (context, single, expected) in [
            (Some(claims(json!({"sub": "u", "custom:tenant": "acme"}))), None, Some(&acme)),
            (Some(claims(json!({"sub": "u", "custom:tenant": "acme"}))), Some(&local), Some(&acme)),
            (Some(claims(json!({"sub": "u", "custom:tenant": "../acme"}))), Some(&local), None),
            (Some(claims(json!({"sub": "u", "custom:tenant": ""}))), Some(&local), None),
            (Some(claims(json!({"sub": "u"}))), None, None),
            (Some(claims(json!({"sub": "u"}))), Some(&local), Some(&local)),
            (Some(context(json!({"lambda": {"custom:tenant": "acme"}}))), None, None),
            (Some(context(Value::Null)), None, None),
            (None, None, None),
            (None, Some(&local), Some(&local)),
        ] {
            assert_eq!(tenant(context.as_ref(), single).as_ref(), expected, "{context:?} {single:?}");
        }
    }

    #[test]
    fn a_single_tenant_that_is_none_stops_the_start() {
        assert_eq!(single_tenant(None).unwrap(), None);
        assert_eq!(single_tenant(Some(String::new())).unwrap(), None);
        assert_eq!(single_tenant(Some("local".to_owned())).unwrap(), Some(TenantId::local()));
        let error = single_tenant(Some("Ж".to_owned())).unwrap_err().to_string();
        assert!(error.contains(SINGLE_TENANT), "{error}");
    }
}
