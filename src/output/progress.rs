//! A line on standard error that says how far something has come, once someone has waited for it.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a person waits before there is something to be told.
const PATIENCE: Duration = Duration::from_millis(500);

const TICK: Duration = Duration::from_millis(100);

/// The line; it goes away when this is dropped.
pub struct Progress {
    bar: ProgressBar,
    began: Instant,
    what: &'static str,
    is_watched: bool,
}

impl Progress {
    pub(super) fn new(what: &'static str, is_watched: bool) -> Self {
        Self {
            bar: ProgressBar::hidden()
                .with_style(ProgressStyle::default_spinner())
                .with_message(what),
            began: Instant::now(),
            what,
            is_watched,
        }
    }

    /// Says how many of how many are done.
    pub fn set(&self, done: usize, of: Option<usize>) {
        let what = self.what;
        self.bar
            .set_message(of.map_or_else(|| format!("{what} {done}"), |of| format!("{what} {done} of {of}")));
    }

    /// Waits for something, drawing the line once that has taken long.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        if !self.is_watched {
            return work.await;
        }
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(TICK) => self.draw(),
            }
        }
    }

    /// Writes to where the line may be drawn, with the line out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    fn draw(&self) {
        if self.began.elapsed() < PATIENCE {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.tick();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
