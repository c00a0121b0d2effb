//! Follows the server's rate limit: how many requests run at once, and when the next one may start.

use std::cell::RefCell;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Maximum number of requests that run at once.
const MAX_RUNNING: f64 = 16.0;

/// Limits of the time between two requests, once the server refuses even a single one.
const MIN_INTERVAL: Duration = Duration::from_millis(50);
const MAX_INTERVAL: Duration = Duration::from_secs(5);

/// Factor of this time for each response that is not a refusal.
const RECOVERY: f64 = 0.95;

/// The pace of all requests of a run.
pub struct Pace {
    state: RefCell<State>,
    changed: Notify,
}

struct State {
    /// Number of requests that are being sent.
    running: u32,
    /// Maximum of `running`. Halved when the server limits the rate, and raised slowly afterwards.
    limit: f64,
    /// Number of responses that were not a refusal. Shows whether other requests succeed in the meantime.
    progress: u64,
    /// Least time between the starts of two requests. Zero until the server refuses even a single one.
    interval: Duration,
    slowed_at: Instant,
    resume_at: Instant,
}

/// Permission to send a request. Dropping it lets another request start.
pub struct Slot<'a> {
    pace: &'a Pace,
    started_at: Instant,
}

impl Pace {
    pub fn new() -> Self {
        let now = Instant::now();
        let (running, limit, progress, interval) = (0, MAX_RUNNING, 0, Duration::ZERO);
        let state = State { running, limit, progress, interval, slowed_at: now, resume_at: now };
        Self { state: RefCell::new(state), changed: Notify::new() }
    }

    /// Waits until another request may start.
    pub async fn enter(&self) -> Slot<'_> {
        loop {
            let changed = self.changed.notified();
            let resume_at = self.state.borrow().resume_at;
            if resume_at > Instant::now() {
                sleep_until(resume_at).await;
            } else if let Some(slot) = self.start() {
                return slot;
            } else {
                changed.await;
            }
        }
    }

    fn start(&self) -> Option<Slot<'_>> {
        let mut state = self.state.borrow_mut();
        let started_at = Instant::now();
        (f64::from(state.running + 1) <= state.limit).then(|| {
            state.running += 1;
            state.resume_at = started_at + state.interval;
            Slot { pace: self, started_at }
        })
    }

    pub fn progress(&self) -> u64 {
        self.state.borrow().progress
    }
}

impl Slot<'_> {
    /// Records that the server limits the rate: no request starts before `wait` has passed, and fewer run at once.
    pub fn slow_down(&self, wait: Duration) {
        let (mut state, now) = (self.pace.state.borrow_mut(), Instant::now());
        state.resume_at = state.resume_at.max(now + wait);
        // The requests that ran at the same time are refused as well. Together they count as one refusal.
        if self.started_at >= state.slowed_at {
            if state.running == 1 {
                state.interval = (state.interval * 2).clamp(MIN_INTERVAL, MAX_INTERVAL);
            }
            state.limit = (f64::from(state.running).min(state.limit) / 2.0).max(1.0);
            state.slowed_at = now;
        }
    }

    /// Records a response that is not a refusal.
    pub fn complete(&self) {
        let mut state = self.pace.state.borrow_mut();
        state.progress += 1;
        state.interval = state.interval.mul_f64(RECOVERY);
        state.limit = (state.limit + 1.0 / state.limit).min(MAX_RUNNING);
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.pace.state.borrow_mut().running -= 1;
        self.pace.changed.notify_waiters();
    }
}
