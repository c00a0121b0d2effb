//! What was found and is not used.

use std::fmt::Display;

use super::account::Source;
use super::place::Place;

/// Settings that are not used.
#[derive(Debug)]
pub struct PassedOver {
    /// Where they stand.
    pub place: String,
    /// Why they are not used.
    pub why: String,
}

impl PassedOver {
    /// What stands at `place` and is not used, for this reason.
    pub fn new(place: impl Display, why: impl Into<String>) -> Self {
        Self {
            place: place.to_string(),
            why: why.into(),
        }
    }

    /// What the places hold besides the base URL and the key that were chosen.
    pub fn among(places: &[Place], base_url: Option<&Source>, key: Option<&Source>) -> Vec<Self> {
        let mut all = Vec::new();
        let mut compare = |loser: &Source, what: &str, winner: Option<&Source>| {
            let Some(winner) = winner.filter(|&winner| winner != loser) else {
                return;
            };
            let why = match loser {
                Source::SignIn(_) => format!("its {what} is not used: {winner} comes first"),
                _ => format!("{winner} comes first"),
            };
            all.push(Self::new(loser, why));
        };
        for place in places {
            let urls = place.base_url.iter().map(|(source, _)| source);
            for source in urls.chain(&place.outranked) {
                compare(source, "base URL", base_url);
            }
            if let Some((source, _)) = &place.key {
                compare(source, "key", key);
            }
        }
        all
    }
}
