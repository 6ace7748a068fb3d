//! Measures the queue of the embedded host on the disk of the given directory (or the current one): durable sends from
//! 1 and from 16 producers, and receive-and-acknowledge by 1 and by 8 receivers.
//! `cargo run --release -p host-local --example queue_throughput -- DIRECTORY`

use domain::StageName;
use host_local::{LocalHost, LocalOptions, SqliteQueue};
use ports::Queue;
use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

const MESSAGES: usize = 4_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    for tasks in [1, 16] {
        let data_dir = tempfile::tempdir_in(&directory)?;
        let host = LocalHost::open(data_dir.path(), LocalOptions::default())?;
        let queue = host.stage_queue(StageName::PageExtractor);
        measure(
            &format!("{tasks} producers, one message a call"),
            tasks,
            async |queue: SqliteQueue, count| {
                let body = vec![format!("{{\"document\":\"{}\"}}", "0".repeat(280))];
                for _ in 0..count {
                    queue.send(&body).await?;
                }
                Ok(())
            },
            &queue,
        )
        .await?;
        let tasks = tasks.div_ceil(2);
        measure(
            &format!("{tasks} receivers, one message a call, acknowledged"),
            tasks,
            async |queue: SqliteQueue, count| {
                for _ in 0..count {
                    for message in queue.receive(1).await? {
                        queue.ack(message.lease).await?;
                    }
                }
                Ok(())
            },
            &queue,
        )
        .await?;
    }
    Ok(())
}

async fn measure(
    what: &str,
    tasks: usize,
    work: impl AsyncFn(SqliteQueue, usize) -> Result<(), ports::PortError>,
    queue: &SqliteQueue,
) -> Result<(), ports::PortError> {
    let begun = Instant::now();
    let work = (0..tasks).map(|_| work(queue.clone(), MESSAGES / tasks));
    futures_util::future::try_join_all(work).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{what}: {:.0} messages/s", MESSAGES as f64 / seconds);
    Ok(())
}
