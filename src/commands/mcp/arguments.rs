//! The arguments of the tools. They are read by hand, because derived deserialization accepts arrays for objects and does not name
//! the argument that is wrong.

use std::fmt::Display;
use std::str::FromStr;

use clap::ValueEnum;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::api::NewToken;
use crate::cli::parse_email;
use crate::error::Failure;
use crate::secret::parse_public_text;
use crate::select::{Filter, Order};
use crate::time::ExpiryArg;
use crate::token::Expiry;
use crate::untrusted::Untrusted;

/// Maximum length of a text, in bytes. An error may repeat it.
const MAX_LENGTH: usize = 1000;

const DEFAULT_LIMIT: usize = 50;

const MAX_LIMIT: usize = 1000;

const LIMIT: &str = "a whole number from 1 to 1000";

/// Arguments of `tfy_access_tokens_list`.
pub struct List {
    pub filter: Filter,
    pub sort: Option<Order>,
    pub reverse: bool,
    pub limit: usize,
}

/// Arguments of `tfy_access_tokens_create`.
pub struct Create {
    pub new: NewToken,
    pub expires: Option<Expires>,
}

/// The expiry as the agent wrote it, and its meaning.
pub struct Expires {
    pub text: String,
    pub meaning: ExpiryArg,
}

impl Expires {
    pub fn resolve(&self, now: Timestamp) -> Result<Expiry, Failure> {
        self.meaning.resolve(now).map_err(|error| Failure::invalid("argument `payload.expires`", error))
    }
}

/// Arguments that have not been read yet.
struct Arguments {
    rest: Map<String, Value>,
    /// Precedes the names in messages.
    prefix: &'static str,
}

pub fn none(arguments: Map<String, Value>) -> Result<(), Failure> {
    Arguments::new(arguments).finish()
}

pub fn id(arguments: Map<String, Value>) -> Result<String, Failure> {
    let mut arguments = Arguments::new(arguments);
    let id = arguments.text("id")?;
    arguments.finish()?;
    id.ok_or_else(|| arguments.invalid("id", "it is missing"))
}

pub fn list(arguments: Map<String, Value>) -> Result<List, Failure> {
    let mut arguments = Arguments::new(arguments);
    let state = arguments.text("state")?;
    let filter = Filter {
        search: arguments.text("search")?,
        active: state.as_deref() == Some("active"),
        expired: state.as_deref() == Some("expired"),
        expires_within: arguments.parsed("expires_within")?,
        unused_for: arguments.parsed("unused_for")?,
        ..Filter::default()
    };
    if state.is_some() && !filter.active && !filter.expired {
        return Err(arguments.invalid("state", "expected `active` or `expired`"));
    }
    if filter.expired && filter.expires_within.is_some() {
        return Err(arguments.invalid("expires_within", "an expired token cannot expire again"));
    }
    let list = List {
        filter,
        sort: arguments.choice("sort")?,
        reverse: arguments.read("reverse", "true or false")?.unwrap_or(false),
        limit: arguments.read("limit", LIMIT)?.unwrap_or(DEFAULT_LIMIT),
    };
    if !(1..=MAX_LIMIT).contains(&list.limit) {
        return Err(arguments.invalid("limit", format_args!("expected {LIMIT}")));
    }
    arguments.finish()?;
    Ok(list)
}

pub fn create(arguments: Map<String, Value>, now: Timestamp) -> Result<Create, Failure> {
    let mut arguments = Arguments::new(arguments);
    let payload = arguments.take("payload");
    arguments.finish()?;
    let payload = match payload {
        // Some models send an object as text.
        Some(Value::String(text)) => serde_json::from_str(&text).ok(),
        payload => payload,
    };
    let Some(Value::Object(payload)) = payload else {
        return Err(arguments.invalid("payload", "expected an object such as {\"name\": \"my-token\"}"));
    };
    let mut payload = Arguments { rest: payload, prefix: "payload." };
    let expires = match payload.text("expires")? {
        Some(text) => {
            let meaning = text.parse().map_err(|error| payload.invalid("expires", error))?;
            Some(Expires { text, meaning })
        }
        None => None,
    };
    let new = NewToken {
        name: payload.parsed("name")?.ok_or_else(|| payload.invalid("name", "it is missing"))?,
        expiry: expires.as_ref().map_or(Ok(Expiry::Never), |expires| expires.resolve(now))?,
        token_type: payload.choice("type")?,
        team: payload.shown("team")?,
        account: payload.shown("account")?,
        for_user: match payload.shown("for_user")? {
            Some(text) => Some(parse_email(&text).map_err(|error| payload.invalid("for_user", error))?),
            None => None,
        },
    };
    payload.finish()?;
    let is_unavailable = [("type", new.token_type.is_some()), ("account", new.account.is_some())];
    match is_unavailable.into_iter().find(|(_, is_given)| *is_given && new.for_user.is_some()) {
        Some((name, _)) => Err(payload.invalid(name, "it cannot be used together with `for_user`")),
        None => Ok(Create { new, expires }),
    }
}

impl Arguments {
    fn new(rest: Map<String, Value>) -> Self {
        Self { rest, prefix: "" }
    }

    fn invalid(&self, name: &str, reason: impl Display) -> Failure {
        Failure::invalid(format_args!("argument `{}{name}`", self.prefix), reason)
    }

    /// Removes an argument. An argument that is `null` counts as absent.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.rest.remove(name).filter(|value| !value.is_null())
    }

    fn read<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Result<Option<T>, Failure> {
        let value = self.take(name).map(serde_json::from_value).transpose();
        value.map_err(|_| self.invalid(name, format_args!("expected {expected}")))
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let Some(text) = self.read::<String>(name, "a string")? else {
            return Ok(None);
        };
        if text.len() > MAX_LENGTH {
            return Err(self.invalid(name, format_args!("it is longer than {MAX_LENGTH} bytes")));
        }
        parse_public_text(&text).map(Some).map_err(|error| self.invalid(name, error))
    }

    /// A text that the person approves, who must be able to read all of it.
    fn shown(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let text = self.text(name)?;
        let is_shown = |text: &String| Untrusted::new(text.as_str()).quoted() == format!("\"{text}\"");
        match text {
            Some(text) if !is_shown(&text) => {
                Err(self.invalid(name, "it is too long, or contains characters that cannot be shown to the person"))
            }
            text => Ok(text),
        }
    }

    fn parsed<T: FromStr<Err: Display>>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        let text = self.text(name)?;
        text.map(|text| text.parse()).transpose().map_err(|error| self.invalid(name, error))
    }

    fn choice<T: ValueEnum>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        let text = self.text(name)?;
        let choice = text.map(|text| T::from_str(&text, false)).transpose();
        choice.map_err(|_| {
            let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = values.map(|value| format!("`{}`", value.get_name())).collect();
            self.invalid(name, format_args!("expected {}", names.join(" or ")))
        })
    }

    /// Fails if an argument is left. No argument can approve a call.
    fn finish(&self) -> Result<(), Failure> {
        match self.rest.keys().next() {
            Some(name) => Err(self.invalid(name, "it is unknown")),
            None => Ok(()),
        }
    }
}
