//! The texts after the options of help pages.

use std::fmt::Write;

use clap::builder::{StyledStr, Styles};

/// Returns the examples of a help text, for the short help.
pub fn examples(text: &str) -> StyledStr {
    let examples = text.split("\n\n").find(|paragraph| paragraph.starts_with("Examples:"));
    headed(examples.unwrap_or_default())
}

/// Formats the headings of a help text, which end with a colon and are not indented, as clap formats its own.
pub fn headed(text: &str) -> StyledStr {
    let header = Styles::styled().get_header().to_owned();
    let mut styled = StyledStr::new();
    for (index, line) in text.lines().enumerate() {
        let line_break = if index == 0 { "" } else { "\n" };
        // Writing to a string cannot fail.
        let _ = if line.ends_with(':') && !line.starts_with(' ') {
            write!(styled, "{line_break}{header}{line}{header:#}")
        } else {
            styled.write_str(line_break).and_then(|()| styled.write_str(line))
        };
    }
    styled
}
