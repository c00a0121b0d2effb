//! The process of a command: starts it, passes signals on to it, and waits for its end.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::Child;
#[cfg(windows)]
pub use windows::Child;

/// The end of a command.
pub struct Ended {
    /// Exit code as a shell reports it: 128 + N after signal N.
    pub exit_code: u8,
    /// Whether a signal that asks a program to end arrived while the command ran.
    pub was_interrupted: bool,
}
