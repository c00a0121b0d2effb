//! A progress line on standard error, which appears after a delay.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use console::Term;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::api::Attempt;
use crate::untrusted::truncate;

const SHOW_AFTER: Duration = Duration::from_millis(500);

const TICK: Duration = Duration::from_millis(100);

const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// Number of columns that stay free at the right edge. The `^C` of a terminal then stays on this line and is cleared with it.
const FREE_COLUMNS: usize = 3;

/// The latest retry, if a request is being retried. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct RetryStatus(Arc<Mutex<Option<String>>>);

impl RetryStatus {
    /// Returns the text of a retry that was not known yet.
    pub fn update(&self, attempt: &Attempt<'_>) -> Option<String> {
        let retry = attempt.max_attempts.map(|max| {
            let problem = match attempt.status {
                None => "the server cannot be reached".to_owned(),
                Some(status) => format!("the server answered {status}"),
            };
            format!("{problem}, retrying (attempt {} of {max})", attempt.number + 1)
        });
        // A first attempt may belong to another request, so it does not end the retry.
        if retry.is_none() && attempt.number == 1 {
            return None;
        }
        let earlier = std::mem::replace(&mut *lock(&self.0), retry.clone());
        if earlier == retry { None } else { retry }
    }
}

/// A progress line. A task draws it; dropping the spinner clears it.
pub struct Spinner {
    progress: Arc<Mutex<String>>,
    task: Option<JoinHandle<()>>,
    is_drawn: Arc<Mutex<bool>>,
}

impl Spinner {
    /// Must be called on the runtime.
    pub fn start(label: &'static str, retry: &RetryStatus, is_visible: bool) -> Self {
        let progress = Arc::new(Mutex::new(String::new()));
        let is_drawn = Arc::new(Mutex::new(false));
        let draw = draw(label, Arc::clone(&progress), retry.clone(), Arc::clone(&is_drawn));
        Self { progress, task: is_visible.then(|| tokio::spawn(draw)), is_drawn }
    }

    pub fn set(&self, done: usize, total: Option<usize>) {
        self.say(match total {
            Some(total) => format!(": {done} of {total}"),
            None => format!(": {done}"),
        });
    }

    /// Shows `text` after the label.
    pub fn say(&self, text: String) {
        *lock(&self.progress) = text;
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
        if *lock(&self.is_drawn) {
            let _ = Term::stderr().clear_line();
        }
    }
}

async fn draw(label: &'static str, progress: Arc<Mutex<String>>, retry: RetryStatus, is_drawn: Arc<Mutex<bool>>) {
    let term = Term::stderr();
    tokio::time::sleep(SHOW_AFTER).await;
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for frame in FRAMES.into_iter().cycle() {
        ticks.tick().await;
        let status = match &*lock(&retry.0) {
            Some(retry) => format!(": {retry}"),
            None => lock(&progress).clone(),
        };
        let width = usize::from(term.size().1).saturating_sub(FREE_COLUMNS);
        let line = truncate(&format!("{frame} {label}{status}"), width);
        *lock(&is_drawn) = true;
        let _ = term.write_str(&format!("\r\x1b[K{line}"));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
