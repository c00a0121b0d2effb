//! Reads from standard input.

use std::io;
use std::thread::sleep;
use std::time::Duration;

/// Time between two attempts to read.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Repeats a read until there is input. Node.js, for example, makes a terminal non-blocking for all programs that share it.
pub fn wait_for_input<T>(mut read: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(POLL_INTERVAL),
            result => return result,
        }
    }
}
