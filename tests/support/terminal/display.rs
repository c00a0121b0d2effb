//! The bytes written to a terminal, and the screen that they draw.

use std::io::Read;
use std::num::NonZeroU16;
use std::sync::Arc;
use std::thread;

use portable_pty::PtySize;

use crate::support::watched::Watched;

/// The state of a terminal and of the program at it.
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
    pub fn new(size: PtySize) -> Self {
        let (rows, columns) = cells(size);
        Self {
            parser: vt100::Parser::new(rows, columns, 0),
            bytes: Vec::new(),
            ended: false,
            left: false,
            hanging_up: false,
        }
    }

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
        let (rows, columns) = cells(size);
        self.parser.set_size(rows, columns);
    }

    /// The lines of the screen without trailing spaces and empty lines at the end.
    pub fn screen(&self) -> String {
        let screen = self.parser.screen();
        let columns = screen.size().1.get();
        let lines: Vec<_> = screen.rows(0, columns).map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// The lines of the screen with wrapped lines joined.
    pub fn joined_screen(&self) -> String {
        let contents = self.parser.screen().contents();
        let lines: Vec<_> = contents.lines().map(str::trim_end).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// Whether the screen shows `text`, in one line or wrapped.
    pub fn shows(&self, text: &str) -> bool {
        self.parser.screen().contents().contains(text) || self.screen().contains(text)
    }

    pub fn cursor_hidden(&self) -> bool {
        self.parser.screen().hide_cursor()
    }

    pub fn alternate_screen(&self) -> bool {
        self.parser.screen().alternate_screen()
    }
}

fn cells(size: PtySize) -> (NonZeroU16, NonZeroU16) {
    let cells = |count| NonZeroU16::new(count).expect("a window has a size");
    (cells(size.rows), cells(size.cols))
}
