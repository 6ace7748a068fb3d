//! The adapters keep the promises of the ports, tried on moto's imitation of the services, and the rest of what they do
//! there. Each test has a server of its own.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests: a failure is their result")]

mod blobs;
mod host;
mod ledger;
mod links;
mod model;
mod moto;
mod queues;
