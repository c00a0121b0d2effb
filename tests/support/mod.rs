//! What the tests stand on: the binary, a terminal to run it at, a stand-in of the platform, and servers that are none.

#![allow(
    dead_code,
    unused_imports,
    reason = "every binary that includes this module uses its own part of it"
)]

mod inspection;
pub mod installed;
pub mod platform;
pub mod program;
pub mod servers;
#[cfg(unix)]
pub mod terminal;
mod watched;
