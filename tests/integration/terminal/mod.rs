//! Questions, the picker and progress at a terminal.

mod cancel;
mod picker;
mod picker_windows;
mod progress;
mod question;
mod streams;
mod suspend;
mod typed_ahead;
mod untrusted_text;

use crate::support::{Call, FakeServer, Program};

/// The beginning of the question about one token.
const QUESTION: &str = "Delete this token?";

/// The first row of a picker, before it is selected.
const PICKER: &str = "> [ ] ";

const LAPTOP: &str = "laptop created=-50d expires=9d used=-3h";

/// A shell script in which `$0` is the program.
fn shell(server: &FakeServer, script: &str) -> Program {
    Program::shell(script)
        .arg(env!("CARGO_BIN_EXE_tfy-tokens"))
        .env("TFY_BASE_URL", server.url())
        .env("TFY_API_KEY", server.key())
        .secret(&server.key())
}

#[track_caller]
fn assert_kept(server: &FakeServer) {
    assert!(server.calls(Call::Delete).is_empty(), "{:?}", server.requests());
}
