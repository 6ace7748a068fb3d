//! The one binary: reads a drawing set, drafts the acts and binds the package on the embedded host. Data goes to
//! standard output, progress and messages to standard error; exit codes stand in [`exit::Exit`].

mod acts;
pub mod catalog;
pub mod cli;
pub mod container;
pub mod cost;
mod demo;
mod doctor;
pub mod engine;
mod exit;
mod export;
mod eyes;
mod output;
mod pages;
mod process;
mod progress;
mod project;
mod readers;
mod review;
mod serve;
mod summary;
mod telemetry;

pub use exit::{AppError, Exit};

use clap::Parser;
use cli::{Arguments, Command};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Parses the command line and does what it says.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let level = if matches!(arguments.command, Command::Serve(_)) { "info" } else { "error" };
    // A container logs in its cloud's own form.
    if !matches!(arguments.command, Command::Container(_)) {
        start_log(level);
    }
    let outcome = match arguments.command {
        Command::Demo(options) => with_runtime(demo::run(options)),
        Command::Process(options) => with_runtime(process::run(options)),
        Command::Acts { command } => with_runtime(acts::run(command)),
        Command::Pages(options) => pages::run(&options),
        Command::Review(options) => with_runtime(review::run(options)),
        Command::Serve(options) => with_runtime(serve::run(options)),
        Command::Doctor(options) => with_runtime(doctor::run(options)),
        Command::Cost(options) => cost::run(&options),
        Command::Container(options) => with_runtime(container::run(options)),
        Command::Completions { shell } => cli::completions(shell),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("{error}");
            error.exit.into()
        }
    }
}

/// Runs a command on the async threads: two suffice, for what keeps a core busy runs on the host's own pool.
fn with_runtime(command: impl Future<Output = Result<Exit, AppError>>) -> Result<Exit, AppError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(command),
        Err(error) => Err(AppError::failed(
            format!("Не удалось запустить программу: {error}."),
            "Проверьте ограничения на число потоков (ulimit -u) и повторите.",
        )),
    }
}

/// Log lines go to standard error; `PTO_LOG` sets what is told, in the syntax of tracing's filters.
fn start_log(default_level: &str) {
    let filter = EnvFilter::try_from_env("PTO_LOG").unwrap_or_else(|_| EnvFilter::new(default_level));
    let colour = std::env::var_os("NO_COLOR").is_none() && std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour).init();
}
