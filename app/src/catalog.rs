//! The stages of this program: the one place that knows them all. The matches are exhaustive, so a new stage does not
//! compile before it stands here.

use aosr_generator::AosrGenerator;
use bundle_builder::BundleBuilder;
use domain::StageName;
use host_local::{LocalHost, Runner};
use host_yandex::{Surroundings, Unstartable};
use indexer::Indexer;
use page_extractor::PageExtractor;
use page_recognizer::PageRecognizer;
use pdf_splitter::PdfSplitter;
use pipeline::{Delivery, Handler, Stage, Verdict};
use ports::{Host, Missing};
use rd_analyzer::RdAnalyzer;
use sweeper::Sweeper;
use upload_handler::UploadHandler;

/// Runs one message of a stage on a host that is built for this message alone: for tests and one-shot containers.
pub async fn handle_once(host: &impl Host, stage: StageName, delivery: &Delivery) -> Result<Verdict, Missing> {
    match stage {
        StageName::UploadHandler => one::<UploadHandler>(host, delivery).await,
        StageName::PdfSplitter => one::<PdfSplitter>(host, delivery).await,
        StageName::PageExtractor => one::<PageExtractor>(host, delivery).await,
        StageName::PageRecognizer => one::<PageRecognizer>(host, delivery).await,
        StageName::Indexer => one::<Indexer>(host, delivery).await,
        StageName::RdAnalyzer => one::<RdAnalyzer>(host, delivery).await,
        StageName::AosrGenerator => one::<AosrGenerator>(host, delivery).await,
        StageName::BundleBuilder => one::<BundleBuilder>(host, delivery).await,
        StageName::Sweeper => one::<Sweeper>(host, delivery).await,
    }
}

async fn one<S: Stage>(host: &impl Host, delivery: &Delivery) -> Result<Verdict, Missing> {
    let stage = S::build(host)?;
    Ok(Handler::build(host)?.handle(&stage, delivery).await)
}

/// Serves one stage in a container of Yandex Cloud until the process is asked to stop.
pub async fn serve_container(stage: StageName, surroundings: &Surroundings) -> Result<(), Unstartable> {
    match stage {
        StageName::UploadHandler => contained::<UploadHandler>(surroundings).await,
        StageName::PdfSplitter => contained::<PdfSplitter>(surroundings).await,
        StageName::PageExtractor => contained::<PageExtractor>(surroundings).await,
        StageName::PageRecognizer => contained::<PageRecognizer>(surroundings).await,
        StageName::Indexer => contained::<Indexer>(surroundings).await,
        StageName::RdAnalyzer => contained::<RdAnalyzer>(surroundings).await,
        StageName::AosrGenerator => contained::<AosrGenerator>(surroundings).await,
        StageName::BundleBuilder => contained::<BundleBuilder>(surroundings).await,
        StageName::Sweeper => contained::<Sweeper>(surroundings).await,
    }
}

async fn contained<S: Stage>(surroundings: &Surroundings) -> Result<(), Unstartable> {
    host_yandex::serve(S::build(surroundings.host())?, surroundings).await
}

/// A runner of the embedded host with every stage.
pub fn runner(host: &LocalHost) -> Result<Runner, Missing> {
    StageName::ALL.into_iter().try_fold(Runner::new(host)?, |runner, stage| match stage {
        StageName::UploadHandler => runner.with_stage(UploadHandler::build(host)?),
        StageName::PdfSplitter => runner.with_stage(PdfSplitter::build(host)?),
        StageName::PageExtractor => runner.with_stage(PageExtractor::build(host)?),
        StageName::PageRecognizer => runner.with_stage(PageRecognizer::build(host)?),
        StageName::Indexer => runner.with_stage(Indexer::build(host)?),
        StageName::RdAnalyzer => runner.with_stage(RdAnalyzer::build(host)?),
        StageName::AosrGenerator => runner.with_stage(AosrGenerator::build(host)?),
        StageName::BundleBuilder => runner.with_stage(BundleBuilder::build(host)?),
        StageName::Sweeper => runner.with_stage(Sweeper::build(host)?),
    })
}
