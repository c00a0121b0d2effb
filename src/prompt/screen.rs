//! The whole window, for what is drawn over and over.

use console::Term;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::put;

/// A terminal's other screen. It has no lines above that another width would break anew, so nothing stale is left by a change of
/// size.
const ENTER: &str = "\x1b[?1049h";

const LEAVE: &str = "\x1b[?1049l";

/// The window, for as long as this lives; then what was on it before comes back, and the cursor with it.
pub struct Screen<'a> {
    term: &'a Term,
    #[cfg(unix)]
    resizes: Option<Signal>,
}

impl<'a> Screen<'a> {
    /// Takes the window. Must be called on the runtime.
    pub fn take(term: &'a Term) -> Self {
        // Asked for its colours, a console of Windows begins to obey escape sequences.
        #[cfg(windows)]
        let _ = term.features().colors_supported();
        let screen = Self {
            term,
            #[cfg(unix)]
            resizes: signal(SignalKind::window_change()).ok(),
        };
        let _ = term.hide_cursor();
        put(term, ENTER);
        screen
    }

    /// How many lines and columns it has now.
    pub fn size(&self) -> (usize, usize) {
        let (lines, columns) = self.term.size();
        (lines.into(), columns.into())
    }

    /// Waits until its size has changed. Where the system does not tell, that is for ever.
    #[cfg_attr(not(unix), expect(clippy::unused_self, reason = "elsewhere it listens"))]
    pub async fn resized(&mut self) {
        #[cfg(unix)]
        if let Some(resizes) = &mut self.resizes {
            resizes.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    }

    /// Draws lines, none of which is wider than the window; of more than it has, the last.
    pub fn draw(&self, lines: &[String]) {
        let hidden = lines.len().saturating_sub(self.size().0);
        let text = lines[hidden..].join("\x1b[K\n");
        put(self.term, &format!("\x1b[H{text}\x1b[J"));
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        // A terminal with one screen only must not keep what was drawn.
        self.draw(&[]);
        let _ = self.term.show_cursor();
        put(self.term, LEAVE);
    }
}
