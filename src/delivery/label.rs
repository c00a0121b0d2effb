//! What is said of a value where it is handed over.

use jiff::Timestamp;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::output::{Format, Output, object, object_with_room};
use crate::secret::TokenValue;
use crate::token::Token;

/// What a value belongs to.
pub struct Label<'a> {
    /// The token's name.
    pub name: &'a str,
    /// When it stops working, in UTC; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// The token that it takes the place of, if it does.
    pub replaced: Option<&'a Token>,
}

/// What the rest of a document takes up beside a value, at most. Were the text to outgrow its buffer, a copy of the value would
/// stay behind in memory.
const ROOM: usize = 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<Replaced<'a>>,
}

#[derive(Serialize)]
struct Replaced<'a> {
    id: &'a str,
    name: Option<&'a str>,
}

impl Label<'_> {
    /// The value with what belongs beside it.
    pub fn with_value(&self, value: &TokenValue, output: &Output) -> Zeroizing<String> {
        let room = value.expose().len() + ROOM;
        match output.format() {
            Format::Json => Zeroizing::new(object_with_room(&self.view(Some(value.expose())), room) + "\n"),
            _ if output.stdout.is_terminal => {
                let mut text = Zeroizing::new(String::with_capacity(room));
                text.push_str(&self.text());
                text.push_str("Token:    ");
                text.push_str(&value.line());
                text
            }
            _ => value.line(),
        }
    }

    /// What belongs beside a value that is somewhere else.
    pub fn without_value(&self, output: &Output) -> String {
        if output.format() == Format::Json {
            object(&self.view(None)) + "\n"
        } else {
            self.text()
        }
    }

    fn text(&self) -> String {
        let expires = self.expires_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        format!("Name:     {}\nExpires:  {expires}\n", self.name)
    }

    fn view<'b>(&'b self, token: Option<&'b str>) -> View<'b> {
        View {
            name: self.name,
            token,
            expires_at: self.expires_at,
            replaced: self.replaced.map(|old| Replaced {
                id: old.id.exact(),
                name: old.exact_name(),
            }),
        }
    }
}
