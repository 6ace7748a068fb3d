//! The sweeper as an AWS Lambda function.

use host_aws::{Aws, Error, serve};
use pipeline::Stage;
use sweeper::Sweeper;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = Sweeper::build(&aws)?;
    serve(stage, &aws).await
}
