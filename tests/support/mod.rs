//! The support of the tests: the program, a terminal for it, a fake TrueFoundry server, and servers that misbehave.

#![allow(dead_code, unused_imports, reason = "every binary that includes this module uses its own part of it")]

mod cases;
pub mod fake_server;
mod inspection;
mod program;
mod run;
mod running;
pub mod servers;
#[cfg(unix)]
pub mod signals;
mod snapshot;
#[cfg(unix)]
mod terminal;
mod watched;

pub use cases::cases;
pub use fake_server::{ADA, Call, FakeServer, Fault, GRACE, SENTINEL, Total};
pub use program::{Input, Output, Program, is_installed};
pub use run::Run;
pub use running::Running;
pub(crate) use snapshot::snapshot;
#[cfg(unix)]
pub use terminal::{CTRL_C, CTRL_D, CTRL_Z, DOWN, ENTER, ESCAPE, Session, Terminal, UP};
