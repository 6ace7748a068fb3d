//! The indexer as an AWS Lambda function.

use host_aws::{Aws, Error, serve};
use indexer::Indexer;
use pipeline::Stage;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = Indexer::build(&aws)?;
    serve(stage, &aws).await
}
