use ports::Compute;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, available_parallelism};
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Parsers of nested documents go deep.
const STACK_BYTES: usize = 16 << 20;

/// Work that keeps a core busy, each job on a thread of its own, as many at once as there are cores. A job cannot be
/// stopped from outside: one that hangs keeps its place, and a host that sees it ([`TokioCompute::running_since`]) ends its
/// process.
pub struct TokioCompute {
    runtime: Handle,
    permits: Arc<Semaphore>,
    running: Arc<Running>,
    width: usize,
}

/// When each job that runs began, by its number.
#[derive(Default)]
struct Running {
    begun: Mutex<(u64, BTreeMap<u64, Instant>)>,
}

impl Running {
    fn lock(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Instant>)> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> u64 {
        let (number, begun) = &mut *self.lock();
        *number += 1;
        begun.insert(*number, Instant::now());
        *number
    }

    fn end(&self, job: u64) {
        self.lock().1.remove(&job);
    }
}

impl TokioCompute {
    /// As wide as the machine has cores, on the runtime of the caller.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn of_all_cores() -> Self {
        Self::new(available_parallelism().map_or(1, usize::from))
    }

    /// `width` jobs at once, at least one, on the runtime of the caller.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn new(width: usize) -> Self {
        let width = width.max(1);
        let (permits, running) = (Arc::new(Semaphore::new(width)), Arc::default());
        Self { runtime: Handle::current(), permits, running, width }
    }

    /// How many jobs run that began at this moment or before.
    pub fn running_since(&self, moment: Instant) -> usize {
        self.running.lock().1.values().filter(|begun| **begun <= moment).count()
    }
}

impl Compute for TokioCompute {
    fn spawn(&self, job: Box<dyn FnOnce() + Send>) {
        let (permits, running) = (Arc::clone(&self.permits), Arc::clone(&self.running));
        self.runtime.spawn(async move {
            // The semaphore is never closed; were it, the job would run all the same.
            let permit = permits.acquire_owned().await;
            let run = move || {
                let number = running.begin();
                if catch_unwind(AssertUnwindSafe(job)).is_err() {
                    tracing::error!("a job of the compute pool panicked; the pool goes on");
                }
                running.end(number);
                drop(permit);
            };
            // A job that gets no thread is dropped, and whoever waits for it learns that.
            if let Err(error) = Builder::new().name("compute".to_owned()).stack_size(STACK_BYTES).spawn(run) {
                tracing::error!(%error, "no thread could be started for a job");
            }
        });
    }

    fn width(&self) -> usize {
        self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_job_that_hangs_is_seen_until_it_ends() {
        let pool = TokioCompute::new(2);
        let before = Instant::now();
        let (release, hung) = std::sync::mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let hanging = ports::compute(&pool, move || {
            begin.send(()).unwrap();
            hung.recv().is_err()
        });
        let watching = async {
            begun.await.unwrap();
            assert_eq!((pool.running_since(before), pool.running_since(Instant::now())), (0, 1));
            assert_eq!(ports::compute(&pool, || 6 * 7).await.unwrap(), 42, "the other place is free");
            drop(release);
        };
        let (ended, ()) = tokio::join!(hanging, watching);
        assert!(ended.unwrap());
        while pool.running_since(Instant::now()) > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn no_more_jobs_run_at_once_than_the_pool_is_wide() {
        let pool = TokioCompute::new(2);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        for number in 0..16 {
            let (running, most, tell) = (Arc::clone(&running), Arc::clone(&most), tell.clone());
            pool.spawn(Box::new(move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
                assert!(number % 5 != 0, "a job that panics harms nobody");
                tell.send(number).unwrap();
            }));
        }
        drop(tell);
        let mut done = 0;
        while told.recv().await.is_some() {
            done += 1;
        }
        assert_eq!(done, 12);
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
        assert_eq!(ports::compute(&pool, || 6 * 7).await.unwrap(), 42);
    }
}
