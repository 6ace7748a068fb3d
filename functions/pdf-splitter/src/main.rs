//! The pdf-splitter as an AWS Lambda function.

use host_aws::{Aws, Error, serve};
use pdf_splitter::PdfSplitter;
use pipeline::Stage;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = PdfSplitter::build(&aws)?;
    serve(stage, &aws).await
}
