//! Someone at a terminal: what is asked, what is typed, and what is left when it is over.

mod hostile;
mod leaving;
mod picker;
mod picker_windows;
mod question;
mod surroundings;
mod typed_ahead;
mod waiting;

use crate::delete::{AFTERWARDS, add, changes, deletion, left};
use crate::support::platform::{Platform, TokenSeed};
use crate::support::program::Program;
use crate::support::terminal::Finished;

const ONE: &str = "Delete this token? [y/N]";

const CANCELLED: &str = "error: cancelled: nothing was deleted";

fn delete(platform: &Platform) -> Program {
    Program::against(platform.url(), platform.key()).args(["delete", "--retries", "0"])
}

/// Columns of a window in which the rows of [`dated`] tokens have no distances: with them they would be too wide.
const PLAIN: u16 = 72;

/// A token that expires, and was used.
fn dated(name: &str) -> TokenSeed {
    TokenSeed::named(name)
        .expires("2099-12-31T00:00:00.000Z")
        .last_used("2026-02-01T00:00:00.000Z")
}

impl Finished {
    /// Asserts the exit code and that the terminal is as it was found.
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.screen);
        assert!(
            self.echo && self.canonical,
            "what is typed is not shown or read by the line"
        );
        assert!(
            !self.cursor_hidden && !self.alternate_screen,
            "the screen is not as it was"
        );
        self
    }
}
