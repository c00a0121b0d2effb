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
    pub fn new(value: T) -> Self {
        let changed = Condvar::new();
        let value = Mutex::new(value);
        Self { value, changed }
    }

    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    pub fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.lock())
    }

    /// Waits until the value satisfies `condition`; returns false if it does not within `limit`.
    pub fn wait_until(&self, limit: Duration, condition: impl Fn(&T) -> bool) -> bool {
        let (_guard, outcome) = self
            .changed
            .wait_timeout_while(self.lock(), limit, |value| !condition(value))
            .unwrap_or_else(PoisonError::into_inner);
        !outcome.timed_out()
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
