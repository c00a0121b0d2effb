//! The fields of JSON objects, and the items of arrays. Each is parsed when it is read, so that a malformed one hides no other.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::time::end_of_day;
use crate::token::Expiry;
use crate::untrusted::Untrusted;

/// Maximum number of fields of an object that are kept. More could fill the memory.
const MAX_FIELDS: usize = 1000;

/// The fields of a JSON object. A field whose value has an unexpected type counts as absent.
#[derive(Default)]
pub struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Returns `None` if the text is not an object.
    pub fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str::<Object>(text).ok()?.0
    }

    /// The JSON of a field.
    pub fn json(&self, name: &'static str) -> Option<&'a str> {
        // Of a field that is there twice, the last one counts.
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, json)| json.get())
    }

    pub fn get<T: Deserialize<'a>>(&self, name: &'static str) -> Option<T> {
        serde_json::from_str(self.json(name)?).ok()
    }

    /// The fields of an object in a field. Empty if there is none.
    pub fn object(&self, name: &'static str) -> Self {
        self.json(name).and_then(Self::parse).unwrap_or_default()
    }

    /// A text that is not empty.
    pub fn text(&self, name: &'static str) -> Option<String> {
        self.get(name).filter(|text: &String| !text.is_empty())
    }

    pub fn untrusted(&self, name: &'static str) -> Option<Untrusted> {
        self.text(name).map(Untrusted::new)
    }

    /// A time, or a date, which means the end of that day. `null` counts as absent; any other value is [`Expiry::Unknown`].
    pub fn date(&self, name: &'static str) -> Option<Expiry> {
        let is_present = self.json(name)? != "null";
        is_present.then(|| self.get(name).map_or(Expiry::Unknown, |text: String| parse_date(&text)))
    }
}

/// The fields of a JSON value, or `None` if it is not an object.
pub struct Object<'a>(pub Option<Fields<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((Name(name), json)) = object.next_entry()? {
                    if fields.len() < MAX_FIELDS {
                        fields.push((name, json));
                    }
                }
                Ok(Object(Some(Fields(fields))))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<Self::Value, A::Error> {
                IgnoredAny.visit_seq(array).map(|_| Object(None))
            }

            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(Object(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Object(None))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Object(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Object(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Object(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Object(None))
            }
        }

        deserializer.deserialize_any(ObjectVisitor)
    }
}

/// Borrows the name of a field, unless it contains an escape.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// The first items of an array, and whether there are more. The others are not read, because they could fill the memory.
pub struct Items<'a, const MAX: usize> {
    pub items: Vec<Object<'a>>,
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
