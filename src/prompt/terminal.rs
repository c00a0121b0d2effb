//! The modes of the terminal for a picker and for hidden input, also when the program is stopped and continued.

#[cfg(unix)]
use std::{io, sync::Arc, time::Duration};

use console::Term;
#[cfg(unix)]
use rustix::process::getpgrp;
#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetpgrp, tcsetattr};
use tokio::sync::oneshot::Receiver;

#[cfg(unix)]
use super::{read_failure, write};
#[cfg(unix)]
use crate::signals::on_suspend;

/// Ends the application mode of the arrow keys, in which another program may have left the terminal. dialoguer does not understand
/// the arrow keys of that mode.
#[cfg(unix)]
const CURSOR_KEYS: &str = "\x1b[?1l";

/// Changes the modes of the terminal. Dropping the guard restores them, even if the program was interrupted.
pub struct TerminalGuard {
    /// The signal handlers do nothing when it is gone.
    #[cfg(unix)]
    modes: Arc<Modes>,
}

#[cfg(unix)]
struct Modes {
    original: Termios,
    /// Whether this is a picker.
    hides_cursor: bool,
}

#[cfg(unix)]
impl Modes {
    fn restore(&self, action: OptionalActions) {
        if self.hides_cursor {
            let _ = Term::stderr().show_cursor();
        }
        // If another process of the job stopped first, the shell has the terminal back, with its own settings. Changing them would
        // stop this program once more.
        if !tcgetpgrp(io::stdin()).is_ok_and(|foreground| foreground != getpgrp()) {
            let _ = tcsetattr(io::stdin(), action, &self.original);
        }
    }
}

#[cfg(unix)]
impl TerminalGuard {
    /// Turns off the line mode and the echo. `redraw` is called when the program continues after a stop.
    pub fn open_picker(redraw: impl Fn() + Send + 'static) -> anyhow::Result<Self> {
        // dialoguer turns the echo off only while it waits for a key. Keys that the user types faster would appear among the rows.
        let guard = Self::without(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG, move || {
            let _ = Term::stderr().hide_cursor();
            write(CURSOR_KEYS);
            redraw();
        })?;
        write(CURSOR_KEYS);
        Ok(guard)
    }

    /// Turns off the line mode and the echo, but not Ctrl-C and Ctrl-Z. `redraw` is called when the program continues after a stop.
    pub fn hide_input(redraw: impl Fn() + Send + 'static) -> anyhow::Result<Self> {
        Self::without(LocalModes::ECHO | LocalModes::ICANON, redraw)
    }

    fn without(modes: LocalModes, redraw: impl Fn() + Send + 'static) -> anyhow::Result<Self> {
        let original = tcgetattr(io::stdin()).map_err(|error| read_failure(error.into()))?;
        let mut changed = original.clone();
        changed.local_modes -= modes;
        // A read waits for one byte.
        changed.special_codes[SpecialCodeIndex::VMIN] = 1;
        changed.special_codes[SpecialCodeIndex::VTIME] = 0;
        // dialoguer reads without this mode and turns it on again at the next key.
        let mut continued = changed.clone();
        continued.local_modes -= LocalModes::IEXTEN;
        let modes = Arc::new(Modes { original, hides_cursor: modes.contains(LocalModes::ISIG) });
        let (before, after) = (Arc::downgrade(&modes), Arc::downgrade(&modes));
        on_suspend(
            move || {
                if let Some(modes) = before.upgrade() {
                    modes.restore(OptionalActions::Drain);
                }
            },
            move || {
                if after.upgrade().is_some() {
                    let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &continued);
                    redraw();
                }
            },
        )?;
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &changed);
        Ok(Self { modes })
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "fails on Unix")]
impl TerminalGuard {
    pub fn open_picker(_redraw: impl Fn() + Send + 'static) -> anyhow::Result<Self> {
        Ok(Self {})
    }
}

impl TerminalGuard {
    /// Waits until dialoguer reads a key, for at most 100 ms. dialoguer cannot be stopped, and until it reads, it could change the
    /// terminal settings after they were restored.
    #[cfg(unix)]
    pub fn wait_for_read<T>(picking: &Receiver<T>) {
        // dialoguer turns this mode off while it reads; `open_picker` leaves it on.
        let is_reading =
            || tcgetattr(io::stdin()).is_ok_and(|settings| !settings.local_modes.contains(LocalModes::IEXTEN));
        for _ in 0..50 {
            if !picking.is_empty() || is_reading() {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[cfg(not(unix))]
    pub fn wait_for_read<T>(_: &Receiver<T>) {}
}

#[cfg(unix)]
impl Drop for TerminalGuard {
    fn drop(&mut self) {
        self.modes.restore(OptionalActions::Flush);
    }
}

#[cfg(not(unix))]
impl Drop for TerminalGuard {
    fn drop(&mut self) {
        let _ = Term::stderr().show_cursor();
    }
}
