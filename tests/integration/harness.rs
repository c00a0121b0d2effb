//! The support itself: what it is to catch, it catches.

mod inspection;
mod program;
#[cfg(unix)]
mod terminal;
