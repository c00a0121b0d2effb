//! A value that one thread changes while another waits for a change.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The limit of every wait.
pub const LIMIT: Duration = Duration::from_mins(1);

/// A shared value whose changes can be waited for.
#[derive(Debug, Default)]
pub struct Watched<T> {
    value: Mutex<T>,
    changed: Condvar,
}

impl<T> Watched<T> {
    /// The value, which must not be changed through this guard, because that would wake no thread.
    pub fn read(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.read());
        self.changed.notify_all();
        result
    }

    /// Waits until the value satisfies `condition`; returns false if it does not within [`LIMIT`].
    pub fn wait_until(&self, mut condition: impl FnMut(&T) -> bool) -> bool {
        let waiting = self.changed.wait_timeout_while(self.read(), LIMIT, |value| !condition(value));
        !waiting.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}
