//! A line on standard error that says how far something has come, once someone has waited for it.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use console::Term;

use super::is_listened_to;
use crate::api::Try;
use crate::text::cut;

/// What is said wherever tokens are read.
pub const READING: &str = "Reading tokens";

/// How long a person waits before there is something to be told.
const PATIENCE: Duration = Duration::from_millis(500);

const TICK: Duration = Duration::from_millis(100);

const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// Columns that stay free at the right: the terminal shows a Ctrl-C there as `^C`. In the next line it would outlast this one.
const FREE: usize = 3;

/// Why there is no answer yet, shared by who sends requests and who tells of them.
#[derive(Debug, Clone, Default)]
pub struct Trouble(Rc<Cell<Option<Repeated>>>);

/// A request that is about to be sent again.
#[derive(Debug, Clone, Copy)]
struct Repeated {
    /// What the platform said, if anything.
    status: Option<u16>,
    number: u32,
    of: u32,
}

impl Trouble {
    /// Takes note of a try. The trouble is over with the last of several; another request's only one says nothing of it.
    pub(super) fn hear(&self, one: &Try<'_>) {
        let repeated = one.repeated_of.map(|of| Repeated {
            status: one.status,
            number: one.number + 1,
            of,
        });
        if repeated.is_some() || one.number > 1 {
            self.0.set(repeated);
        }
    }
}

impl fmt::Display for Repeated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            None => f.write_str("the platform cannot be reached")?,
            Some(status) => write!(f, "the platform answered {status}")?,
        }
        write!(f, ", trying again ({} of {})", self.number, self.of)
    }
}

/// The line; it goes away when this is dropped.
pub struct Progress {
    what: &'static str,
    done: Cell<Option<(usize, Option<usize>)>>,
    trouble: Trouble,
    began: Instant,
    /// Where it is drawn; nowhere, where nobody watches.
    term: Option<Term>,
    ticks: Cell<usize>,
    next_tick: Cell<tokio::time::Instant>,
    is_drawn: Cell<bool>,
}

impl Progress {
    pub(super) fn new(what: &'static str, trouble: &Trouble, is_watched: bool) -> Self {
        Self {
            what,
            done: Cell::new(None),
            trouble: trouble.clone(),
            began: Instant::now(),
            term: is_watched.then(Term::buffered_stderr),
            ticks: Cell::new(0),
            next_tick: Cell::new(tokio::time::Instant::now() + TICK),
            is_drawn: Cell::new(false),
        }
    }

    /// Says how many of how many are done.
    pub fn set(&self, done: usize, of: Option<usize>) {
        self.done.set(Some((done, of)));
    }

    /// Waits for something, drawing the line once that has taken long.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let Some(term) = &self.term else {
            return work.await;
        };
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                // First, since work that is done quickly and often would leave it no turn.
                biased;
                () = tokio::time::sleep_until(self.next_tick.get()) => {
                    self.next_tick.set(tokio::time::Instant::now() + TICK);
                    self.draw(term);
                }
                done = &mut work => return done,
            }
        }
    }

    fn text(&self) -> String {
        let what = self.what;
        match (self.trouble.0.get(), self.done.get()) {
            (Some(trouble), _) => format!("{what}: {trouble}"),
            (None, Some((done, Some(of)))) => format!("{what}: {done} of {of}"),
            (None, Some((done, None))) => format!("{what}: {done}"),
            (None, None) => what.to_owned(),
        }
    }

    fn draw(&self, term: &Term) {
        if self.began.elapsed() < PATIENCE {
            return;
        }
        let ticks = self.ticks.replace(self.ticks.get() + 1);
        let line = format!("{} {}", FRAMES[ticks % FRAMES.len()], self.text());
        let room = usize::from(term.size().1).saturating_sub(FREE);
        let _ = term.clear_line();
        let _ = term.write_str(&cut(&line, room));
        flush(term);
        self.is_drawn.set(true);
    }

    /// Takes the line out of the way of what is written next, until it is drawn again.
    pub fn clear(&self) {
        if let Some(term) = self.term.as_ref().filter(|_| self.is_drawn.take()) {
            let _ = term.clear_line();
            flush(term);
        }
    }
}

fn flush(term: &Term) {
    if is_listened_to() {
        let _ = term.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
