//! Whose request it is, behind API Gateway.
//!
//! The gateway hands the claims of a token that it has verified to functions, but not to containers, and a call of a
//! private container loses its `Authorization`. So clients send the token in `X-Pto-Token`; the gateway verifies that
//! header (`identitySource`), and copies it into the operation context of the integration, which comes to us as
//! `X-Yc-ApiGateway-Operation-Context`, base64 of `{"token":"…"}`. The container is private: only the gateway's account
//! may call it, so a request that reaches us was verified by the gateway.
//!
//! What a client could add itself is not trusted: both headers must come exactly once and say the same, so the token
//! that is read here is the one that the gateway verified. Its signature is not verified a second time.

use crate::problem::problem;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use domain::TenantId;
use serde_json::Value;

/// In which clients send their token, without a word before it.
const TOKEN: &str = "x-pto-token";

/// In which the gateway passes what its specification says under `context`.
const CONTEXT: &str = "x-yc-apigateway-operation-context";

/// The claim that says to whose organisation the user belongs.
const TENANT_CLAIM: &str = "tenant";

const PADDED_OR_NOT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const CONTEXT_BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, PADDED_OR_NOT);
const TOKEN_BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, PADDED_OR_NOT);

/// How the tenant of a request is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenancy {
    /// By the token that API Gateway verified.
    Gateway,
    /// Everybody belongs to this one, unless a token says otherwise: for emulators, which verify no token.
    Single(TenantId),
}

impl Tenancy {
    /// The tenant of a request, or `None` when it must be refused.
    fn tenant(&self, headers: &HeaderMap) -> Option<TenantId> {
        let came = headers.contains_key(TOKEN) || headers.contains_key(CONTEXT);
        match self {
            Self::Single(tenant) if !came => Some(tenant.clone()),
            Self::Gateway | Self::Single(_) => claimed(headers),
        }
    }
}

/// Lets through only requests whose tenant is known, each with `extension(tenant)` among its extensions; the others are
/// answered 403 (RFC 9457). `GET /healthz` is answered to everybody.
pub fn with_tenant<X: Clone + Send + Sync + 'static>(
    router: Router,
    tenancy: Tenancy,
    extension: impl Fn(TenantId) -> X + Clone + Send + Sync + 'static,
) -> Router {
    let known = router.layer(from_fn(move |mut request: Request, next: Next| {
        let tenant = tenancy.tenant(request.headers());
        let extension = extension.clone();
        async move {
            let Some(tenant) = tenant else { return refused() };
            request.extensions_mut().insert(extension(tenant));
            next.run(request).await
        }
    }));
    Router::new().route("/healthz", get(|| async { "ok\n" })).fallback_service(known)
}

fn refused() -> Response {
    let detail =
        "В учётной записи не указана организация. Войдите снова; если это не поможет, обратитесь к администратору.";
    problem(StatusCode::FORBIDDEN, "Доступ запрещён", detail)
}

fn claimed(headers: &HeaderMap) -> Option<TenantId> {
    let token = the_only(headers, TOKEN)?;
    let context = CONTEXT_BASE64.decode(the_only(headers, CONTEXT)?).ok()?;
    let context: Value = serde_json::from_slice(&context).ok()?;
    if context.get("token").and_then(Value::as_str) != Some(token) {
        return None;
    }
    let claims = TOKEN_BASE64.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    TenantId::try_from(claims.get(TENANT_CLAIM)?.as_str()?.to_owned()).ok()
}

/// The value of a header that came exactly once.
fn the_only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let only = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    use serde_json::json;

    fn token(claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.c2lnbmF0dXJl", part(&json!({"alg": "RS256"})), part(claims))
    }

    fn context(token: &str) -> String {
        STANDARD.encode(json!({ "token": token }).to_string())
    }

    fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_tenant_comes_from_the_token_that_the_gateway_verified_alone() {
        let acme = token(&json!({"sub": "u", "tenant": "acme"}));
        let evil = token(&json!({"sub": "u", "tenant": "evil"}));
        let unpadded = STANDARD_NO_PAD.encode(json!({ "token": acme }).to_string());
        for (pairs, expected) in [
            (vec![(TOKEN, acme.clone()), (CONTEXT, context(&acme))], Some("acme")),
            (vec![(TOKEN, acme.clone()), (CONTEXT, unpadded)], Some("acme")),
            // A client's own headers beside the gateway's, in any order.
            (vec![(TOKEN, evil.clone()), (TOKEN, acme.clone()), (CONTEXT, context(&acme))], None),
            (vec![(TOKEN, acme.clone()), (TOKEN, evil.clone()), (CONTEXT, context(&evil))], None),
            (vec![(TOKEN, acme.clone()), (CONTEXT, context(&evil)), (CONTEXT, context(&acme))], None),
            (vec![(TOKEN, acme.clone()), (CONTEXT, format!("{},{}", context(&evil), context(&acme)))], None),
            // The one that was verified is not the one that was copied.
            (vec![(TOKEN, acme.clone()), (CONTEXT, context(&evil))], None),
            (vec![(TOKEN, format!("Bearer {acme}")), (CONTEXT, context(&acme))], None),
            // Past the gateway, or a gateway that was set up otherwise.
            (vec![(TOKEN, acme.clone())], None),
            (vec![(CONTEXT, context(&acme))], None),
            (vec![("authorization", format!("Bearer {acme}")), ("x-tenant", "acme".to_owned())], None),
            (vec![(TOKEN, acme.clone()), (CONTEXT, "{X-Pto-Token}".to_owned())], None),
            (vec![], None),
        ] {
            let tenant = Tenancy::Gateway.tenant(&headers(&pairs));
            assert_eq!(tenant.as_ref().map(TenantId::as_str), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_token_that_names_no_tenant_is_refused() {
        for claims in [json!({"sub": "u"}), json!({"tenant": ""}), json!({"tenant": "../acme"}), json!({"tenant": 7})] {
            let token = token(&claims);
            let headers = headers(&[(TOKEN, token.clone()), (CONTEXT, context(&token))]);
            assert_eq!(Tenancy::Gateway.tenant(&headers), None, "{claims}");
            assert_eq!(Tenancy::Single(TenantId::local()).tenant(&headers), None, "{claims}");
        }
    }

    #[test]
    fn a_single_tenant_is_everybody_s_without_a_token() {
        let single = Tenancy::Single(TenantId::local());
        assert_eq!(single.tenant(&HeaderMap::new()), Some(TenantId::local()));
        let acme = token(&json!({"tenant": "acme"}));
        let of_acme = headers(&[(TOKEN, acme.clone()), (CONTEXT, context(&acme))]);
        assert_eq!(single.tenant(&of_acme).as_ref().map(TenantId::as_str), Some("acme"));
    }
}
