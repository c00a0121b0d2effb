//! Reads from standard input.

use std::io;
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

/// Time between two attempts to read.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Repeats a read until there is input. Node.js, for example, makes a terminal non-blocking for all programs that share it.
pub fn wait_for_input<T>(mut read: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(POLL_INTERVAL),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(unix)]
const CTRL_D: u8 = 4;

#[cfg(unix)]
const CTRL_U: u8 = 21;

/// Characters of a line that was not ended yet.
#[cfg(unix)]
#[derive(Default)]
pub struct Typed(Mutex<Vec<u8>>);

#[cfg(unix)]
impl Typed {
    pub fn clear(&self) {
        self.update(Vec::clear);
    }

    /// Reads the line from a terminal without line mode, in which a terminal cuts long lines: Linux after 4,095 bytes, macOS after
    /// 1,024. Returns `None` if the input ends before the line does.
    pub fn read_line(&self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = [0; 4096];
        loop {
            let length = wait_for_input(|| Ok(rustix::io::read(io::stdin(), &mut bytes)?))?;
            for &byte in &bytes[..length] {
                match byte {
                    b'\r' | b'\n' => return Ok(Some(self.update(std::mem::take))),
                    CTRL_D => return Ok(None),
                    CTRL_U => self.clear(),
                    // Backspace
                    8 | 127 => drop(self.update(Vec::pop)),
                    byte => self.update(|line| line.push(byte)),
                }
            }
            if length == 0 {
                return Ok(None);
            }
        }
    }

    fn update<T>(&self, change: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
