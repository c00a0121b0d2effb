//! Follows the server's rate limit: how many requests run at once, and when the next one may start.

use std::cell::Cell;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Maximum number of requests that run at once.
const MAX_RUNNING: usize = 16;

/// Limits of the time between two requests, once the server refuses even a single one.
const MIN_INTERVAL: Duration = Duration::from_millis(50);
const MAX_INTERVAL: Duration = Duration::from_secs(5);

/// Factor of this time for each response that is not a refusal.
const RECOVERY: f64 = 0.95;

/// The pace of all requests of a run.
pub struct Pace {
    /// Number of requests that are being sent.
    running: Cell<usize>,
    /// Maximum of `running`. Halved when the server limits the rate, and raised slowly afterwards.
    limit: Cell<usize>,
    /// Number of responses since the limit last changed.
    responses: Cell<usize>,
    /// Number of responses that were not a refusal. It tells whether other requests succeed meanwhile.
    progress: Cell<u64>,
    /// Least time between the starts of two requests. Zero until the server refuses even a single one.
    interval: Cell<Duration>,
    slowed_at: Cell<Instant>,
    resume_at: Cell<Instant>,
    changed: Notify,
}

/// Permission to send a request. Dropping it lets another request start.
pub struct Slot<'a> {
    pace: &'a Pace,
    started_at: Instant,
}

impl Pace {
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            running: Cell::new(0),
            limit: Cell::new(MAX_RUNNING),
            responses: Cell::new(0),
            progress: Cell::new(0),
            interval: Cell::new(Duration::ZERO),
            slowed_at: Cell::new(now),
            resume_at: Cell::new(now),
            changed: Notify::new(),
        }
    }

    /// Waits until another request may start.
    pub async fn enter(&self) -> Slot<'_> {
        loop {
            let changed = self.changed.notified();
            let now = Instant::now();
            if self.resume_at.get() > now {
                sleep_until(self.resume_at.get()).await;
            } else if self.running.get() < self.limit.get() {
                self.running.set(self.running.get() + 1);
                self.resume_at.set(now + self.interval.get());
                return Slot { pace: self, started_at: now };
            } else {
                changed.await;
            }
        }
    }

    pub fn progress(&self) -> u64 {
        self.progress.get()
    }
}

impl Slot<'_> {
    /// Records that the server limits the rate: no request starts before `wait` has passed, and fewer run at once.
    pub fn slow_down(&self, wait: Duration) {
        let (pace, now) = (self.pace, Instant::now());
        pace.resume_at.set(pace.resume_at.get().max(now + wait));
        // The requests that ran at the same time are refused as well. Together they count as one refusal.
        if self.started_at >= pace.slowed_at.get() {
            if pace.running.get() == 1 {
                pace.interval.set((pace.interval.get() * 2).clamp(MIN_INTERVAL, MAX_INTERVAL));
            }
            pace.limit.set((pace.running.get().min(pace.limit.get()) / 2).max(1));
            pace.responses.set(0);
            pace.slowed_at.set(now);
        }
    }

    /// Records a response that is not a refusal.
    pub fn complete(&self) {
        let pace = self.pace;
        pace.progress.set(pace.progress.get() + 1);
        pace.responses.set(pace.responses.get() + 1);
        pace.interval.set(pace.interval.get().mul_f64(RECOVERY));
        if pace.responses.get() >= pace.limit.get() && pace.limit.get() < MAX_RUNNING {
            pace.limit.set(pace.limit.get() + 1);
            pace.responses.set(0);
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.pace.running.set(self.pace.running.get() - 1);
        self.pace.changed.notify_waiters();
    }
}
