//! The aosr-generator as an AWS Lambda function.

use aosr_generator::AosrGenerator;
use host_aws::{Aws, Error, serve};
use pipeline::Stage;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = AosrGenerator::build(&aws)?;
    serve(stage, &aws).await
}
