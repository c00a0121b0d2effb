//! What became of a token whose value nobody has.

use jiff::Timestamp;

use super::Error;
use crate::token::TokenId;

/// What is known of a token whose value was not delivered.
#[derive(Debug)]
pub enum Fate {
    /// It exists.
    Exists {
        /// What deletes it.
        id: TokenId,
        /// By the platform's clock.
        created_at: Option<Timestamp>,
    },
    /// The platform lists no token of this name.
    Absent,
    /// The platform could not be asked.
    Unknown(Box<Error>),
    /// Nobody asked, since the token belongs to another user.
    AnotherUsers(String),
}

impl std::fmt::Display for Fate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exists {
                id,
                created_at: Some(at),
            } => write!(f, "the token exists, its id is {id}, created {at}"),
            Self::Exists { id, created_at: None } => write!(f, "the token exists, its id is {id}"),
            Self::Absent => f.write_str("no token of this name exists now"),
            Self::Unknown(why) => write!(f, "the token may exist: looking it up failed: {why}"),
            Self::AnotherUsers(email) => write!(f, "the token may exist, among those of {email}"),
        }
    }
}
