use crate::Failure;
use domain::Task;
use ports::{Host, Missing, Queue};
use std::marker::PhantomData;
use std::sync::Arc;

/// The sending end of the queue of one kind of task.
pub struct TaskQueue<T> {
    queue: Arc<dyn Queue>,
    task: PhantomData<fn(T)>,
}

impl<T: Task> TaskQueue<T> {
    /// Takes the queue of the task's stage from the host.
    pub fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self { queue: host.queue(T::STAGE)?, task: PhantomData })
    }

    /// Sends the tasks; after an error some may have been sent, and sending again is right.
    pub async fn send(&self, tasks: &[T]) -> Result<(), Failure> {
        if tasks.is_empty() {
            return Ok(());
        }
        let bodies: Result<Vec<_>, _> = tasks.iter().map(serde_json::to_string).collect();
        let bodies = bodies.map_err(|error| Failure::retry(format!("write a task of {}", T::STAGE), error))?;
        Ok(self.queue.send(&bodies).await?)
    }
}
