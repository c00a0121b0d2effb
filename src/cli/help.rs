//! The texts after the options of help pages.

use clap::builder::{StyledStr, Styles};

/// Returns the examples of a help text, for the short help.
pub fn examples(text: &str) -> StyledStr {
    let examples = text.split("\n\n").find(|paragraph| paragraph.starts_with("Examples:"));
    headed(examples.unwrap_or_default())
}

/// Formats the headings of a help text, which end with a colon and are not indented, as clap formats its own.
pub fn headed(text: &str) -> StyledStr {
    let header = Styles::styled().get_header().to_owned();
    let is_heading = |line: &str| line.ends_with(':') && !line.starts_with(' ');
    let lines =
        text.lines().map(|line| if is_heading(line) { format!("{header}{line}{header:#}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n").into()
}
