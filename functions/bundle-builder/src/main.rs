//! The bundle-builder as an AWS Lambda function.

use bundle_builder::BundleBuilder;
use host_aws::{Aws, Error, serve};
use pipeline::Stage;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = BundleBuilder::build(&aws)?;
    serve(stage, &aws).await
}
