//! The support itself: what it is to catch, it catches.

mod inspection;
mod program;
mod proxy;
mod servers;
#[cfg(unix)]
mod terminal;
mod tls;
