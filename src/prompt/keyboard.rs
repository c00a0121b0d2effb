//! Keys, as they are pressed.

use std::io;

use console::{Key, Term};
#[cfg(unix)]
use rustix::termios::{OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};
#[cfg(unix)]
use tokio::net::unix::pipe::Receiver;

/// What Ctrl-D sends: the end of input, as a terminal's user says it.
const END_OF_INPUT: char = '\u{4}';

/// Ctrl-U, which takes back what was typed.
pub const ERASE_LINE: char = '\u{15}';

/// The keyboard, for as long as this lives: what is typed is neither shown by the terminal nor made into a signal.
pub struct Keyboard<'a> {
    term: &'a Term,
    #[cfg(unix)]
    before: Termios,
}

impl<'a> Keyboard<'a> {
    /// Takes the keyboard. What was typed until now is forgotten: it is no answer to what nobody had asked yet.
    #[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail"))]
    pub fn take(term: &'a Term) -> io::Result<Self> {
        #[cfg(unix)]
        {
            let before = tcgetattr(io::stdin())?;
            let mut raw = before.clone();
            raw.make_raw();
            raw.output_modes = before.output_modes;
            tcsetattr(io::stdin(), OptionalActions::Flush, &raw)?;
            Ok(Self { term, before })
        }
        #[cfg(not(unix))]
        Ok(Self { term })
    }

    /// The next key. `None` is the wish to leave: Esc, Ctrl-C, the end of input, or a terminal that has gone away.
    #[cfg_attr(not(unix), expect(clippy::unused_async, reason = "elsewhere it waits"))]
    pub async fn key(&mut self) -> Option<Key> {
        #[cfg(unix)]
        wait_for_input().await;
        match self.read().await {
            Ok(Key::Escape | Key::CtrlC | Key::Char(END_OF_INPUT)) | Err(_) => None,
            // A terminal's report or a key that is not known here: what is left of it is nothing that somebody typed.
            #[cfg(unix)]
            Ok(key @ Key::UnknownEscSeq(_)) => {
                let _ = tcflush(io::stdin(), QueueSelector::IFlush);
                Some(key)
            }
            Ok(key) => Some(key),
        }
    }

    /// Reads a key beside the runtime, so that a signal is heard also while the rest of a character does not come.
    #[cfg(unix)]
    async fn read(&self) -> io::Result<Key> {
        let term = self.term.clone();
        let read = tokio::task::spawn_blocking(move || term.read_key_raw()).await;
        read.map_err(io::Error::other)?
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_async, reason = "elsewhere it waits")]
    async fn read(&self) -> io::Result<Key> {
        self.term.read_key_raw()
    }
}

#[cfg(unix)]
impl Drop for Keyboard<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}

/// Waits on the runtime, so that a signal is heard meanwhile. Where the system cannot, the read that follows waits.
#[cfg(unix)]
async fn wait_for_input() {
    use std::os::fd::AsFd;
    // No pipe, but nothing is read from it: it is asked only whether there is something to read. Made anew for each key, it
    // knows of those that are there already.
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    if let Ok(stdin) = stdin.and_then(Receiver::from_owned_fd_unchecked) {
        let _ = stdin.readable().await;
    }
}
