//! The modes of the terminal for a picker and for hidden input, also when the program is stopped and continued.

#[cfg(unix)]
use std::io;
#[cfg(unix)]
use std::time::Duration;

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
    #[cfg(unix)]
    settings: Termios,
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
        let settings = tcgetattr(io::stdin()).map_err(|error| read_failure(error.into()))?;
        let mut changed = settings.clone();
        changed.local_modes -= modes;
        // A read waits for one byte.
        changed.special_codes[SpecialCodeIndex::VMIN] = 1;
        changed.special_codes[SpecialCodeIndex::VTIME] = 0;
        let original = settings.clone();
        on_suspend(
            move || leave(&original),
            move |changed| {
                if let Some(changed) = changed {
                    let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &changed);
                    redraw();
                }
            },
        )?;
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &changed);
        Ok(Self { settings })
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

/// If a guard exists, restores the `original` settings of the terminal and returns those of the guard.
#[cfg(unix)]
fn leave(original: &Termios) -> Option<Termios> {
    let changed = tcgetattr(io::stdin()).ok().filter(|now| !now.local_modes.contains(LocalModes::ECHO))?;
    show_cursor(&changed);
    // If another process of the job stopped first, the shell has the terminal back, with its own settings. Changing them would stop
    // this program once more.
    if tcgetpgrp(io::stdin()).is_ok_and(|foreground| foreground == getpgrp()) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, original);
    }
    Some(changed)
}

/// Shows the cursor, which the picker hides.
#[cfg(unix)]
fn show_cursor(settings: &Termios) {
    if !settings.local_modes.contains(LocalModes::ISIG) {
        let _ = Term::stderr().show_cursor();
    }
}

#[cfg(unix)]
impl Drop for TerminalGuard {
    fn drop(&mut self) {
        if let Ok(changed) = tcgetattr(io::stdin()) {
            show_cursor(&changed);
        }
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.settings);
    }
}

#[cfg(not(unix))]
impl Drop for TerminalGuard {
    fn drop(&mut self) {
        let _ = Term::stderr().show_cursor();
    }
}
