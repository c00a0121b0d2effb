//! What a run at a terminal left.

/// What a program that has ended left at its terminal.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of the terminal")]
pub struct Finished {
    /// The exit code; of a program ended by a signal, 128 and the signal's number.
    pub code: i32,
    /// The screen at the end.
    pub screen: String,
    /// Everything written to the terminal, escape sequences included.
    pub output: String,
    /// The file that standard output went to; empty where it went to the terminal.
    pub stdout: String,
    /// The cursor was left hidden.
    pub cursor_hidden: bool,
    /// What is typed was left to be shown.
    pub echo: bool,
    /// Input was left to be edited and read by the line.
    pub canonical: bool,
    /// The alternate screen was left on.
    pub alternate_screen: bool,
}
