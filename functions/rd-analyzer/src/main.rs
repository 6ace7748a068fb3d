//! The rd-analyzer as an AWS Lambda function.

use host_aws::{Aws, Error, serve};
use pipeline::Stage;
use rd_analyzer::RdAnalyzer;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = RdAnalyzer::build(&aws)?;
    serve(stage, &aws).await
}
