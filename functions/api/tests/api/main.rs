//! The routes as clients call them, over stores in memory and a clock that stands still.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test: a failure is its result")]

mod amendments;
mod calling;
mod description;
mod jobs;
mod mounting;
mod projects;
mod results;
mod tenants;
mod uploads;
