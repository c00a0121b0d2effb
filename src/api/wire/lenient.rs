//! Fields that tolerate unexpected values. Deployments differ, and one malformed field must not hide a token.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::time::end_of_day;
use crate::token::Expiry;

/// Parses a JSON object. Returns `None` for any other text. serde alone would also accept a list of the fields' values.
pub fn parse_object<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    let text = text.trim();
    text.starts_with('{').then(|| serde_json::from_str(text).ok())?
}

/// Reads a field of type `T`. A value of another type counts as absent.
pub fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// Reads a field that holds an object. Any other value counts as absent.
pub fn lenient_object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(parse_object(raw.get()))
}

/// Reads a time, or a bare date, which counts to the end of that day. `null` counts as absent; other values are
/// [`Expiry::Unknown`].
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Expiry>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?.get();
    let text = serde_json::from_str::<Cow<'_, str>>(raw);
    let expiry = || text.map_or(Expiry::Unknown, |text| parse_date(&text));
    Ok((raw != "null").then(expiry))
}

fn parse_date(text: &str) -> Expiry {
    let day = || text.parse::<Date>().ok().filter(|_| text.len() == 10);
    match text.parse().ok().or_else(|| day().and_then(end_of_day)) {
        Some(time) => Expiry::At(time),
        // The last day of the calendar has no end. Some deployments use it for tokens that never expire.
        None if text.starts_with("9999-12-31") => Expiry::Never,
        None => Expiry::Unknown,
    }
}
