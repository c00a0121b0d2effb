//! The part of a listing that is asked for, and what is said of the whole.

use std::ops::RangeInclusive;

use super::Seen;
use super::answer::Refusal;

/// What `pagination` says of the number of tokens.
#[derive(Debug, Clone, Copy)]
pub enum Total {
    /// As many as there are.
    Counted,
    /// As many as there were before the hook made some come or go.
    CountedBefore,
    Exactly(u64),
    /// `pagination` without `total`.
    Absent,
    /// No `pagination` at all.
    NoPagination,
}

/// The part of a listing that is asked for.
pub(super) struct PageQuery {
    pub limit: usize,
    pub offset: usize,
    pub search: String,
}

impl PageQuery {
    pub fn of(seen: &Seen) -> Result<Self, Refusal> {
        let mut wrong = Vec::new();
        let known = ["limit", "offset", "nameSearchQuery"];
        for (at, (name, _)) in seen.query.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                wrong.push(format!("property {name} should not exist"));
            } else if seen.query[..at].iter().any(|(earlier, _)| earlier == name) {
                wrong.push(format!("{name} must be given once"));
            }
        }
        let mut number = |name: &str, absent: usize, allowed: RangeInclusive<usize>| {
            let text = seen.parameter(name);
            let number = text.map_or(Some(absent), |text| text.parse().ok());
            let number = number.filter(|number| allowed.contains(number));
            number.unwrap_or_else(|| {
                wrong.push(format!("{name} must be an integer within {allowed:?}"));
                absent
            })
        };
        let limit = number("limit", 100, 1..=100);
        let offset = number("offset", 0, 0..=usize::MAX);
        if !wrong.is_empty() {
            return Err(Refusal::wrong(wrong));
        }
        let search = seen.parameter("nameSearchQuery").unwrap_or_default();
        Ok(Self {
            limit,
            offset,
            search: search.to_owned(),
        })
    }
}
