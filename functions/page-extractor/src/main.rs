//! The page-extractor as an AWS Lambda function.

use host_aws::{Aws, Error, serve};
use page_extractor::PageExtractor;
use pipeline::Stage;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = PageExtractor::build(&aws)?;
    serve(stage, &aws).await
}
