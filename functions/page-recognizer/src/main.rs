//! The page-recognizer as an AWS Lambda function.

use host_aws::{Aws, Error, serve};
use page_recognizer::PageRecognizer;
use pipeline::Stage;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = PageRecognizer::build(&aws)?;
    serve(stage, &aws).await
}
