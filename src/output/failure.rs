//! A failure, told to a person or to a script.

use serde::Serialize;

use super::json::object;
use crate::error::Error;

/// `error: what happened`, then the causes, then `hint: what to do next`. The two tags come coloured or not, and `shown` makes
/// harmless what found its way into one of the lines, from a path or an argument.
pub fn told(error: &Error, [error_tag, hint_tag]: &[String; 2], shown: impl Fn(&str) -> String) -> String {
    let mut lines = vec![format!("{error_tag} {}", shown(&error.to_string()))];
    lines.extend(error.causes().iter().map(|cause| format!("  {}", shown(cause))));
    lines.extend(error.hint().map(|hint| format!("{hint_tag} {}", shown(&hint))));
    lines.join("\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    kind: &'a str,
    message: String,
    hint: Option<String>,
    status: Option<u16>,
    exit_code: u8,
}

#[derive(Serialize)]
struct Document<'a> {
    error: View<'a>,
}

/// The same as a line of JSON.
pub fn json(error: &Error, shown: impl Fn(&str) -> String) -> String {
    object(&Document {
        error: View {
            kind: error.name(),
            message: shown(&error.on_one_line()),
            hint: error.hint().map(|hint| shown(&hint)),
            status: error.status(),
            exit_code: error.exit_code(),
        },
    })
}
