//! The upload-handler as an AWS Lambda function.

use host_aws::{Aws, Error, serve};
use pipeline::Stage;
use upload_handler::UploadHandler;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = Aws::from_env().await?;
    let stage = UploadHandler::build(&aws)?;
    serve(stage, &aws).await
}
