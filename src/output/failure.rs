//! A failure, told to a person or to a script.

use serde::Serialize;

use super::json::object;
use crate::error::Error;
use crate::text::clean;

/// `error: what happened`, then the causes, then `hint: what to do next`. The two tags come coloured or not.
/// Whatever found its way into one of the lines, from a path or an argument, is shown harmless.
pub fn told(error: &Error, [error_tag, hint_tag]: &[String; 2]) -> String {
    let mut lines = vec![format!("{error_tag} {}", clean(&error.to_string()))];
    lines.extend(error.causes().iter().map(|cause| format!("  {}", clean(cause))));
    lines.extend(error.hint().map(|hint| format!("{hint_tag} {}", clean(&hint))));
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
pub fn json(error: &Error) -> String {
    object(&Document {
        error: View {
            kind: error.name(),
            message: error.on_one_line(),
            hint: error.hint(),
            status: error.status(),
            exit_code: error.exit_code(),
        },
    })
}
