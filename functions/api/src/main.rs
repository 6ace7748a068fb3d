//! The API as an AWS Lambda function behind an HTTP API.

use api::{Api, Caller, router};
use host_aws::{Aws, Error, serve_http};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let api = Api::build(&aws)?;
    serve_http(router(api), |tenant| Caller { tenant }).await
}
