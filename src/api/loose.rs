//! JSON fields that may hold anything: real deployments differ, and one odd field must not hide a token.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::text::Untrusted;
use crate::token::Expiry;
use crate::when::end_of_day;

/// A field of type `T`; `None` where it is absent, null or of any other type.
pub struct Loose<T>(pub Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).ok()))
    }
}

impl<T> Default for Loose<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// The fields of an object that are known by name; none of them where there is no object. serde by itself would take a list for
/// an object too, by the order of its fields.
#[derive(Default)]
pub struct Fields<T>(pub T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Fields<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue(PhantomData))
    }
}

/// Takes any value, and reads the fields of an object. It is read as it comes: to take it as it stands and read it then would
/// go over a long list twice.
struct AnyValue<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for AnyValue<T> {
    type Value = Fields<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Fields<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Fields)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Fields<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Fields::default())
    }

    fn visit_unit<E>(self) -> Result<Fields<T>, E> {
        Ok(Fields::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Fields<T>, E> {
        Ok(Fields::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Fields<T>, E> {
        Ok(Fields::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Fields<T>, E> {
        Ok(Fields::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Fields<T>, E> {
        Ok(Fields::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Fields<T>, E> {
        Ok(Fields::default())
    }
}

/// An instant; `None` where the field is absent or null. A bare date counts to the end of its day, and what is no date is unknown.
#[derive(Default)]
pub struct Instant(pub Option<Expiry>);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let known = || serde_json::from_str::<Text>(raw).map_or(Expiry::Unknown, |text| expiry(&text.0));
        Ok(Self((raw != "null").then(known)))
    }
}

impl Instant {
    /// The instant, where it is known.
    pub fn get(&self) -> Option<Timestamp> {
        self.0.and_then(Expiry::instant)
    }
}

/// A string, borrowed from the answer where it has no escapes.
#[derive(Deserialize, PartialEq)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl Loose<Text<'_>> {
    /// The text, marked as what it is; `None` where there is none.
    pub fn untrusted(&self) -> Option<Untrusted> {
        let text = self.0.as_ref().filter(|text| !text.0.is_empty())?;
        Some(Untrusted::new(&*text.0))
    }
}

fn expiry(text: &str) -> Expiry {
    let day = || text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let instant = day().and_then(end_of_day).or_else(|| text.parse().ok());
    match instant {
        Some(instant) => Expiry::At(instant),
        // Where there is no other way to say never it is the last day there is, whose end lies beyond the calendar.
        None if text.starts_with("9999-12-31") => Expiry::Never,
        None => Expiry::Unknown,
    }
}
