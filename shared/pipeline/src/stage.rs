use crate::Failure;
use domain::{StageName, Task};
use ports::{Host, Missing};

/// A stage: gets its ports once, then runs tasks, many at a time. A task may come twice, late, or beside itself; a
/// repeat must write the same bytes under the same keys.
pub trait Stage: Sized + Send + Sync + 'static {
    /// Its name.
    const NAME: StageName = <Self::Task as Task>::STAGE;

    /// What it is asked to do.
    type Task: Task;

    /// Takes from the host exactly the ports it uses.
    fn build(host: &impl Host) -> Result<Self, Missing>;

    /// Does the task.
    fn run(&self, task: Self::Task) -> impl Future<Output = Result<(), Failure>> + Send;
}
