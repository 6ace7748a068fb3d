use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// A pool for work that keeps a core busy (parsing, layout), sized to the cores, so that the threads that serve
/// requests and messages never wait for it.
pub trait Compute: Send + Sync {
    /// Runs `job` on the pool, now or when a core is free. Jobs may be dropped unrun only when the process ends.
    fn spawn(&self, job: Box<dyn FnOnce() + Send>);

    /// How many jobs run at once at most.
    fn width(&self) -> usize;
}

/// A job did not come to an end: it panicked, or the pool was shut down before it ran. The text of a panic is not kept:
/// it may quote a document, and errors are logged.
#[derive(Debug, thiserror::Error)]
#[error("finish a computation: {0}")]
pub struct Lost(pub String);

/// Runs `job` on the pool and waits for its value. A panic inside the job is an error here and harms nobody else.
pub async fn compute<T, F>(pool: &dyn Compute, job: F) -> Result<T, Lost>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let slot = Arc::new(Slot { state: Mutex::new(SlotState { value: None, waker: None }) });
    let filler = Filler(Arc::clone(&slot));
    pool.spawn(Box::new(move || {
        let value = catch_unwind(AssertUnwindSafe(job)).map_err(|_panic| Lost("it panicked".to_owned()));
        filler.fill(value);
    }));
    Waiting(slot).await
}

struct SlotState<T> {
    value: Option<Result<T, Lost>>,
    waker: Option<Waker>,
}

struct Slot<T> {
    state: Mutex<SlotState<T>>,
}

impl<T> Slot<T> {
    fn fill(&self, value: Result<T, Lost>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.value.is_none() {
            state.value = Some(value);
        }
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }
}

/// Fills its slot when dropped unrun, so that nobody waits for ever for a job that a pool threw away.
struct Filler<T>(Arc<Slot<T>>);

impl<T> Filler<T> {
    fn fill(self, value: Result<T, Lost>) {
        self.0.fill(value);
    }
}

impl<T> Drop for Filler<T> {
    fn drop(&mut self) {
        self.0.fill(Err(Lost("the pool was shut down before the job ran".to_owned())));
    }
}

struct Waiting<T>(Arc<Slot<T>>);

impl<T> Future for Waiting<T> {
    type Output = Result<T, Lost>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Threads;

    impl Compute for Threads {
        fn spawn(&self, job: Box<dyn FnOnce() + Send>) {
            std::thread::spawn(job);
        }

        fn width(&self) -> usize {
            1
        }
    }

    struct Dropping;

    impl Compute for Dropping {
        fn spawn(&self, job: Box<dyn FnOnce() + Send>) {
            drop(job);
        }

        fn width(&self) -> usize {
            1
        }
    }

    #[tokio::test]
    async fn a_value_comes_back_from_the_pool() {
        assert_eq!(compute(&Threads, || 6 * 7).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_without_its_text() {
        let lost = compute(&Threads, || -> u32 { panic!("page 7") }).await.unwrap_err();
        assert_eq!(lost.to_string(), "finish a computation: it panicked");
    }

    #[tokio::test]
    async fn a_job_thrown_away_does_not_leave_its_caller_waiting() {
        assert!(compute(&Dropping, || 1).await.is_err());
    }
}
