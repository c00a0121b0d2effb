//! Plans the replacement of a token.

use jiff::{Timestamp, Unit};

use super::refused::name_taken;
use crate::api::{Client, NewToken};
use crate::error::{Failure, Kind};
use crate::token::{Expiry, Token, TokenType};
use crate::token_name::TokenName;

/// Plans a new token that replaces `old`. `all` contains all tokens of the user.
///
/// Without `name`, the new name is the old one with a number. Without `expiry`, the new token gets the same lifetime as the
/// old one, counted from now.
pub fn replacement(
    old: &Token,
    all: &[Token],
    name: Option<TokenName>,
    expiry: Option<Expiry>,
    client: &Client,
) -> Result<NewToken, Failure> {
    let holder = |name: &TokenName| all.iter().find(|token| token.raw_name() == Some(name.as_str()));
    let is_taken = |name: &TokenName| holder(name).is_some();
    let name = match name {
        Some(name) if is_taken(&name) => {
            let otherwise = "or omit --as to use a free name";
            return Err(name_taken(Failure::name_taken(), &name, holder(&name), otherwise, client));
        }
        Some(name) => name,
        None => {
            let old_name = old.raw_name().and_then(|name| name.parse::<TokenName>().ok());
            let old_name = old_name.ok_or_else(|| {
                Failure::new(Kind::Usage, "cannot derive a new name from the old token; pass --as NAME")
            })?;
            // The tokens cannot have all of these names, because there is one name more than there are tokens.
            let mut names = old_name.successors().take(all.len() + 1);
            names.find(|name| !is_taken(name)).ok_or_else(Failure::name_taken)?
        }
    };
    Ok(NewToken {
        name,
        for_user: None,
        expiry: expiry.map_or_else(|| same_lifetime(old, client.now()), Ok)?,
        team: old.team.as_ref().map(|team| team.raw().to_owned()),
        account: old.account.as_ref().map(|account| account.raw().to_owned()),
        token_type: old.value_type.as_ref().and_then(|text| TokenType::parse(text.raw())),
    })
}

/// Returns the expiry that gives a new token the lifetime of the old one. Fails if that is unknown, so that no token without an
/// expiry is created by accident.
fn same_lifetime(old: &Token, now: Timestamp) -> Result<Expiry, Failure> {
    let time = match (old.expiry, old.created_at) {
        (Expiry::Never, _) => return Ok(Expiry::Never),
        (Expiry::At(end), Some(start)) if start < end => now.checked_add(end.duration_since(start)).ok(),
        _ => None,
    };
    let time = time.and_then(|time| time.round(Unit::Second).ok());
    let unknown = "the lifetime of the old token is unknown; pass --expires";
    time.map(Expiry::At).ok_or_else(|| Failure::new(Kind::Usage, unknown))
}
