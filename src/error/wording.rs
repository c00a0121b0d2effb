//! Parts of the sentences in which failures are told.

use crate::text::clean;
use crate::token::Token;

pub fn for_host(host: Option<&str>) -> String {
    host.map_or_else(String::new, |host| format!(", which is for {host},"))
}

pub fn listed(tokens: &[Token]) -> String {
    let shown: Vec<String> = tokens
        .iter()
        .map(|token| format!("{} ({})", token.shown_name(), token.id))
        .collect();
    shown.join(", ")
}

pub fn quoted(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{}`", clean(text))).collect();
    quoted.join(", ")
}

/// The text as a sentence begins.
pub fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}
