//! The bytes written to a terminal, and the screen that they draw.

use std::io::Read;
use std::num::NonZeroU16;
use std::sync::Arc;
use std::thread;

use portable_pty::PtySize;

use crate::support::watched::Watched;

/// The state of a terminal and of the program at it.
#[derive(Default)]
pub struct Display {
    parser: vt100::Parser,
    /// All bytes written to the terminal.
    pub bytes: Vec<u8>,
    /// No more bytes can come.
    pub ended: bool,
    /// The leader of the session has ended.
    pub left: bool,
    /// The terminal is being closed.
    pub hanging_up: bool,
}

impl Display {
    /// Draws the bytes of the terminal until it ends or is closed.
    pub fn follow(display: Arc<Watched<Self>>, mut terminal: Box<dyn Read + Send>) {
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = terminal.read(&mut buffer) {
                let hanging_up = display.update(|display| {
                    display.parser.process(&buffer[..count]);
                    display.bytes.extend_from_slice(&buffer[..count]);
                    display.hanging_up
                });
                if hanging_up {
                    break;
                }
            }
            drop(terminal);
            display.update(|display| display.ended = true);
        });
    }

    pub fn resize(&mut self, size: PtySize) {
        let [rows, columns] = [size.rows, size.cols].map(|count| NonZeroU16::new(count).expect("a size"));
        self.parser.set_size(rows, columns);
    }

    /// The lines of the screen without trailing spaces and empty lines at the end.
    pub fn screen(&self) -> String {
        let screen = self.parser.screen();
        let lines: Vec<_> = screen.rows(0, screen.size().1.get()).collect();
        trimmed(lines.iter().map(String::as_str))
    }

    /// The lines of the screen with wrapped lines joined.
    pub fn joined_screen(&self) -> String {
        trimmed(self.parser.screen().contents().lines())
    }

    /// Whether the screen shows `text`, in one line or wrapped.
    pub fn shows(&self, text: &str) -> bool {
        self.parser.screen().contents().contains(text) || self.screen().contains(text)
    }

    /// The unusual settings of the terminal, one a line, by its screen and the output of `stty -a`.
    pub fn state(&self, settings: &str) -> String {
        let has = |name| settings.split([' ', '\n', ';']).any(|setting| setting == name);
        let screen = self.parser.screen();
        let states = [
            ("cursor hidden", screen.hide_cursor()),
            ("alternate screen", screen.alternate_screen()),
            ("no echo", !has("echo")),
            ("not canonical", !has("icanon")),
        ];
        let unusual: Vec<_> = states.into_iter().filter_map(|(name, is_set)| is_set.then_some(name)).collect();
        unusual.join("\n")
    }
}

fn trimmed<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<_> = lines.map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}
