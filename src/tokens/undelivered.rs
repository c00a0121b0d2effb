//! The failure of a token whose value was not delivered: whether the token exists, and how to delete it.

use jiff::{SignedDuration, Timestamp};

use crate::api::{Client, NewToken};
use crate::error::{Failure, Kind, Report};
use crate::signals::Signals;
use crate::token::{Token, TokenId};

/// Allowed clock difference between this machine and the server. A token that was created earlier than the request, or later than
/// now, by more than this may be another token with the same name.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(5);

/// Result of looking up a token by its name.
pub enum Lookup {
    Found {
        id: TokenId,
        created_at: Option<Timestamp>,
        /// Whether it is certainly the token that was requested, and not an older one with the same name.
        is_requested: bool,
    },
    NotFound,
    /// The reason, in one line.
    Failed(String),
    /// The token belongs to another user, whose tokens we cannot list.
    OtherUser(String),
}

/// A token that exists, or may exist, without anyone having its value.
pub struct Undelivered<'a> {
    pub name: &'a str,
    /// Whether the server said that it created the token.
    pub is_created: bool,
    pub lookup: Lookup,
    /// Arguments that commands in the hint need to reach the same server.
    pub base_url_flag: String,
}

/// Looks up a token by its name. `requested_at` is the time of the request, if it is not certain that the token was created.
pub async fn look_up(
    client: &Client,
    new: &NewToken,
    requested_at: Option<Timestamp>,
    signals: &mut Signals,
) -> Lookup {
    if let Some(email) = &new.for_user {
        return Lookup::OtherUser(email.to_string());
    }
    let name = new.name.as_str();
    let tokens = match signals.or_interrupt(client.list(Some(name), |_, _| ())).await {
        Ok(tokens) => tokens,
        Err(error) => return Lookup::Failed(Report::new(error.as_ref()).line()),
    };
    let Some(token) = tokens.into_iter().find(|token| token.raw_name() == Some(name)) else {
        return Lookup::NotFound;
    };
    Lookup::Found {
        is_requested: requested_at.is_none_or(|time| is_created_between(&token, time, Timestamp::now())),
        id: token.id,
        created_at: token.created_at,
    }
}

fn is_created_between(token: &Token, start: Timestamp, end: Timestamp) -> bool {
    token
        .created_at
        .is_some_and(|time| time.duration_since(start) >= -MAX_CLOCK_SKEW && time.duration_since(end) <= MAX_CLOCK_SKEW)
}

impl Undelivered<'_> {
    /// `cause` is the reason why the value was not delivered.
    pub fn into_failure(self, cause: &Failure) -> Failure {
        let cause = Report::new(cause);
        let status = cause.status;
        let mut lines = vec![cause.message];
        lines.extend(cause.causes);
        if let Lookup::Failed(reason) = &self.lookup {
            lines.push(format!("checking whether `{}` exists failed: {reason}", self.name));
        }
        let message = format!("the value of token `{}` was not delivered; {}", self.name, self.state());
        let failure = Failure::new(Kind::Undelivered, message)
            .with_lines(lines)
            .hint(self.hint());
        match status {
            Some(status) => failure.status(status),
            None => failure,
        }
    }

    fn state(&self) -> String {
        match &self.lookup {
            Lookup::Found {
                id,
                created_at,
                is_requested: true,
            } => match created_at {
                Some(time) => format!("the token was created with ID {id} at {time:.0}"),
                None => format!("the token was created with ID {id}"),
            },
            Lookup::Found { id, .. } => format!("a token with this name exists (ID {id}); it may be an older one"),
            Lookup::NotFound if self.is_created => "the token was created, but it is not in the token list".to_owned(),
            Lookup::NotFound => "no token with this name exists".to_owned(),
            Lookup::Failed(_) if self.is_created => "the token was created".to_owned(),
            Lookup::Failed(_) => "the token may have been created".to_owned(),
            Lookup::OtherUser(email) if self.is_created => format!("the token was created for {email}"),
            Lookup::OtherUser(email) => format!("the token may have been created for {email}"),
        }
    }

    fn hint(&self) -> String {
        let name = self.name;
        let delete_name = self.command(&format!("delete {name}"));
        let search = self.command(&format!("list --search {name}"));
        match &self.lookup {
            Lookup::Found {
                id, is_requested: true, ..
            } => {
                format!(
                    "its value cannot be shown again; run {} and create it again",
                    self.delete(id)
                )
            }
            Lookup::Found { id, .. } => {
                let delete = self.delete(id);
                format!("if it is an older token, choose another name; otherwise run {delete} and create it again")
            }
            Lookup::NotFound if !self.is_created => format!("run {search} to be sure, then create it again"),
            Lookup::NotFound | Lookup::Failed(_) if self.is_created => {
                format!("when the server is available again, run {delete_name} and create it again")
            }
            Lookup::NotFound | Lookup::Failed(_) => format!(
                "when the server is available again, run {search}. If it lists the new token, run {delete_name} and create \
                 it again"
            ),
            Lookup::OtherUser(email) => {
                format!("ask {email} to run {delete_name} if the token exists, then create it again")
            }
        }
    }

    /// The command that deletes the token, by its name if the ID is not safe to paste.
    fn delete(&self, id: &TokenId) -> String {
        let token = if id.is_plain() { id.raw() } else { self.name };
        self.command(&format!("delete {token}"))
    }

    fn command(&self, arguments: &str) -> String {
        format!("`tfy-tokens {arguments}{}`", self.base_url_flag)
    }
}
