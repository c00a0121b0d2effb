//! A value that one thread changes while another waits for a change.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A shared value whose changes can be waited for, always within a limit.
#[derive(Debug, Default)]
pub struct Watched<T> {
    value: Mutex<T>,
    changed: Condvar,
}

impl<T> Watched<T> {
    /// The value, which must not be changed through this guard: nothing would be notified.
    pub fn read(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.read());
        self.changed.notify_all();
        result
    }

    /// Waits until the value satisfies `condition`; returns false if it does not within `limit`.
    pub fn wait_until(&self, limit: Duration, mut condition: impl FnMut(&T) -> bool) -> bool {
        let waiting = self.changed.wait_timeout_while(self.read(), limit, |value| !condition(value));
        !waiting.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}
