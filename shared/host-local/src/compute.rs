use ports::Compute;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{JoinHandle, available_parallelism};

/// Parsers of nested documents need more than the 2 MB a thread gets by default. Only what is used costs memory.
const STACK_BYTES: usize = 16 << 20;

/// Threads for work that keeps a core busy. Jobs begin in the order they came. A job that panics harms no other.
/// Dropping the pool ends the jobs that run, throws away those that do not, and waits for the threads.
pub struct CorePool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

type Job = Box<dyn FnOnce() + Send>;

struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl CorePool {
    /// As many threads as the machine has cores.
    pub fn of_all_cores() -> std::io::Result<Self> {
        Self::new(available_parallelism().map_or(1, usize::from))
    }

    /// `width` threads, at least one. Fails when the system gives no thread.
    pub fn new(width: usize) -> std::io::Result<Self> {
        let mut pool = Self {
            shared: Arc::new(Shared { waiting: Mutex::default(), changed: Condvar::new() }),
            threads: Vec::new(),
        };
        for number in 0..width.max(1) {
            let shared = Arc::clone(&pool.shared);
            let thread = std::thread::Builder::new()
                .name(format!("pto-compute-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || shared.work())?;
            pool.threads.push(thread);
        }
        Ok(pool)
    }
}

impl Compute for CorePool {
    fn spawn(&self, job: Box<dyn FnOnce() + Send>) {
        self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner).jobs.push_back(job);
        self.shared.changed.notify_one();
    }

    fn width(&self) -> usize {
        self.threads.len()
    }
}

impl Shared {
    fn work(&self) {
        while let Some(job) = self.next() {
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                tracing::error!("a job of the compute pool panicked; the pool goes on");
            }
        }
    }

    /// The next job; `None` when the pool is closed.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(job) = waiting.jobs.pop_front() {
                return Some(job);
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for CorePool {
    fn drop(&mut self) {
        let thrown_away = {
            let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.closed = true;
            std::mem::take(&mut waiting.jobs)
        };
        self.shared.changed.notify_all();
        // Outside the lock: dropping a job wakes whoever waits for it.
        drop(thrown_away);
        let own = std::thread::current().id();
        // A job may hold the last handle of the pool; its thread cannot wait for itself.
        for thread in self.threads.drain(..).filter(|thread| thread.thread().id() != own) {
            if thread.join().is_err() {
                tracing::error!("a thread of the compute pool panicked");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn jobs_run_beside_each_other_and_a_panic_harms_nobody() {
        let pool = CorePool::new(2).unwrap();
        assert_eq!(pool.width(), 2);
        pool.spawn(Box::new(|| panic!("page 7")));
        pool.spawn(Box::new(|| panic!("page 8")));
        // Each of the two jobs waits for the other, so both must run at once.
        let meeting = Arc::new(std::sync::Barrier::new(2));
        let other = Arc::clone(&meeting);
        let (tell, told) = mpsc::channel();
        pool.spawn(Box::new(move || {
            other.wait();
        }));
        pool.spawn(Box::new(move || {
            meeting.wait();
            tell.send(()).unwrap();
        }));
        told.recv().unwrap();
        assert_eq!(ports::compute(&pool, || 6 * 7).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn dropping_the_pool_ends_what_runs_and_answers_what_waits() {
        let pool = CorePool::new(1).unwrap();
        let (begin, begun) = mpsc::channel();
        let (open, gate) = mpsc::channel::<()>();
        let done = Arc::new(Mutex::new(false));
        let seen = Arc::clone(&done);
        pool.spawn(Box::new(move || {
            begin.send(()).unwrap();
            gate.recv().unwrap_err();
            *seen.lock().unwrap() = true;
        }));
        begun.recv().unwrap();
        let mut waiting = Box::pin(ports::compute(&pool, || ()));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        drop(waiting);
        let (tell, told) = mpsc::channel::<()>();
        pool.spawn(Box::new(move || drop(tell)));
        drop(open);
        drop(pool);
        assert!(*done.lock().unwrap(), "the running job was cut off");
        assert!(told.recv().is_err(), "the waiting job is still held");
    }
}
