//! What became of a token whose value nobody has.

use std::fmt;

use jiff::Timestamp;

use super::Error;
use crate::token::TokenId;

/// What is known of a token whose value was not delivered.
#[derive(Debug)]
pub struct Fate {
    /// Whether the platform has said that it made the token.
    pub is_made: bool,
    /// What looking it up came to.
    pub found: Found,
}

/// What looking up a token by its name came to.
#[derive(Debug)]
pub enum Found {
    /// There is one.
    Token {
        /// What deletes it.
        id: TokenId,
        /// By the platform's clock.
        created_at: Option<Timestamp>,
        /// Whether it is the one that was asked for, and no older one of the same name.
        is_it: bool,
    },
    /// The platform lists no token of this name.
    Nothing,
    /// The platform could not be asked.
    Unknown(Box<Error>),
    /// Nobody asked, since the token belongs to another user.
    AnotherUsers(String),
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exists = if self.is_made {
            "the token exists"
        } else {
            "the token may exist"
        };
        match &self.found {
            Found::Token { id, created_at, is_it } => {
                let what = if *is_it { "the token" } else { "a token of this name" };
                write!(f, "{what} exists, its id is {id}")?;
                created_at.map_or(Ok(()), |at| write!(f, ", created {at}"))
            }
            Found::Nothing if self.is_made => write!(f, "{exists}, though the platform does not list it"),
            Found::Nothing => f.write_str("no token of this name exists now"),
            Found::Unknown(why) => write!(f, "{exists}: looking it up failed: {why}"),
            Found::AnotherUsers(email) => write!(f, "{exists}, among those of {email}"),
        }
    }
}
