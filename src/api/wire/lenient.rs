//! Fields that tolerate unexpected values.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::de::{DeserializeOwned, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::time::end_of_day;
use crate::token::Expiry;

/// Parses a JSON object. Returns `None` for any other text. serde would also accept an array of the field values.
pub fn parse_object<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    let text = text.trim();
    text.starts_with('{').then(|| serde_json::from_str(text).ok())?
}

/// The first items of an array, and whether there are more. The others are not read, because they could fill the memory.
pub struct Items<'a, const MAX: usize> {
    pub items: Vec<&'a RawValue>,
    pub has_more: bool,
}

impl<'de: 'a, 'a, const MAX: usize> Deserialize<'de> for Items<'a, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemsVisitor<const MAX: usize>;

        impl<'de, const MAX: usize> Visitor<'de> for ItemsVisitor<MAX> {
            type Value = Items<'de, MAX>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while items.len() < MAX {
                    match array.next_element()? {
                        Some(item) => items.push(item),
                        None => return Ok(Items { items, has_more: false }),
                    }
                }
                let mut has_more = false;
                while array.next_element::<IgnoredAny>()?.is_some() {
                    has_more = true;
                }
                Ok(Items { items, has_more })
            }
        }

        deserializer.deserialize_seq(ItemsVisitor::<MAX>)
    }
}

/// A field of type `T`. A value of another type counts as absent. So does an array, which serde would accept for the fields of a
/// struct.
#[derive(Default)]
pub struct Lenient<T>(pub Option<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let text = Some(raw.get()).filter(|text| !text.starts_with('['));
        Ok(Self(text.and_then(|text| serde_json::from_str(text).ok())))
    }
}

/// A time, or a date, which means the end of that day. `null` counts as absent; any other value is [`Expiry::Unknown`].
#[derive(Default)]
pub struct LenientDate(pub Option<Expiry>);

impl<'de> Deserialize<'de> for LenientDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let text = serde_json::from_str::<Cow<'_, str>>(raw);
        let expiry = || text.map_or(Expiry::Unknown, |text| parse_date(&text));
        Ok(Self((raw != "null").then(expiry)))
    }
}

fn parse_date(text: &str) -> Expiry {
    let day = || text.parse::<Date>().ok().filter(|_| text.len() == 10);
    // A time without a zone is in UTC.
    let utc = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    match text.parse().ok().or_else(|| day().and_then(end_of_day)).or_else(utc) {
        Some(time) => Expiry::At(time),
        // The end of this day is beyond jiff's calendar. Some deployments use it for tokens that never expire.
        None if text.starts_with("9999-12-31") => Expiry::Never,
        None => Expiry::Unknown,
    }
}
