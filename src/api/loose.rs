//! JSON fields that may hold anything: real deployments differ, and one odd field must not hide a token.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
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

/// A string, borrowed from the answer where it has no escapes.
#[derive(Deserialize, PartialEq)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl Loose<Text<'_>> {
    /// The text, marked as what it is; `None` where there is none.
    pub fn untrusted(&self) -> Option<Untrusted> {
        let text = self.0.as_ref().filter(|text| !text.0.is_empty())?;
        Some(Untrusted::new(&*text.0))
    }

    /// The instant that the text is; `None` where it is none.
    pub fn instant(&self) -> Option<Timestamp> {
        self.expiry().and_then(Expiry::instant)
    }

    /// The expiry that the text is: a bare date counts to the end of its day, and a text that is no date is unknown.
    pub fn expiry(&self) -> Option<Expiry> {
        let text = &*self.0.as_ref()?.0;
        let day = || {
            text.parse::<Date>()
                .ok()
                .filter(|_| text.len() == 10)
                .and_then(end_of_day)
        };
        let instant = day().or_else(|| text.parse::<Timestamp>().ok());
        Some(instant.map_or(Expiry::Unknown, Expiry::At))
    }
}
