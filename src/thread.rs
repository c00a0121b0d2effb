//! Work on another thread.

use std::thread::Builder;

use tokio::sync::oneshot::{Receiver, channel};

use crate::error::{Failure, Kind};

/// Starts `work` on another thread. Unlike tokio, fails and does not panic if the system cannot start one.
pub fn start<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<Receiver<T>, Failure> {
    let (sender, receiver) = channel();
    let started = Builder::new().spawn(move || drop(sender.send(work())));
    started.map(|_| receiver).map_err(|error| Failure::new(Kind::Failed, "cannot start a thread").caused_by(error))
}
