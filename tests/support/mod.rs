//! The support of the tests: the program, a terminal for it, a fake TrueFoundry server, and servers that misbehave.

#![allow(
    dead_code,
    unused_imports,
    reason = "every binary that includes this module uses its own part of it"
)]

mod cases;
pub mod fake_server;
mod inspection;
mod program;
pub mod servers;
mod snapshot;
#[cfg(unix)]
mod terminal;
mod watched;

pub use cases::{Case, cases};
pub use fake_server::{ADA, Call, FakeServer, Fault, GRACE, ReceivedRequest, Rules, SENTINEL, TENANT, Total, in_days};
#[cfg(unix)]
pub use program::signals;
pub use program::{Exit, Input, Output, Program, Run, Running, is_installed};
pub use snapshot::Snapshot;
pub(crate) use snapshot::snapshot;
#[cfg(unix)]
pub use terminal::{CTRL_C, CTRL_D, CTRL_Z, DOWN, ENTER, ESCAPE, Finished, Session, Terminal, TerminalState, UP};
