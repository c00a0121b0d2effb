//! How a deployment may differ from others, and the tokens that it lets be made.

use jiff::{SignedDuration, Timestamp};

use super::answer::Refusal;
use super::body::Body;
use super::seed::{end_of, written};
use super::{Seen, TokenSeed, Total};

/// What the keys that exist are good for.
#[derive(PartialEq, Eq)]
pub(super) enum Access {
    Granted,
    /// 403 to every call on tokens.
    Forbidden,
    /// 401 to every call.
    Rejected,
}

/// How this deployment differs from others.
pub(super) struct Rules {
    pub access: Access,
    pub admin: bool,
    pub tokens_may_create: bool,
    pub largest_page: usize,
    pub ignores_offset: bool,
    pub total: Total,
    /// In days.
    pub oldest_token: Option<i64>,
}

impl Rules {
    pub fn usual() -> Self {
        Self {
            access: Access::Granted,
            admin: true,
            tokens_may_create: false,
            largest_page: 100,
            ignores_offset: false,
            total: Total::Counted,
            oldest_token: None,
        }
    }

    fn expiry(&self, text: Option<&str>) -> Result<(), String> {
        let Some(text) = text else {
            return match self.oldest_token {
                Some(days) => Err(format!(
                    "expirationDate is required: tokens of this tenant live at most {days} days"
                )),
                None => Ok(()),
            };
        };
        let now = Timestamp::now();
        let end = end_of(text).ok_or("expirationDate must be a valid ISO 8601 date string")?;
        if end <= now {
            return Err("expirationDate must be in the future".to_owned());
        }
        match self.oldest_token {
            Some(days) if end > now + SignedDuration::from_hours(24 * days) => {
                Err(format!("expirationDate must be within {days} days from now"))
            }
            _ => Ok(()),
        }
    }

    /// The token that the body of a creating call asks for.
    pub fn creation(&self, seen: &Seen, for_user: bool) -> Result<Creation, Refusal> {
        let mut body = Body::of(seen)?;
        let name = body.required("name");
        let expires = body.optional("expirationDate");
        let team = body.optional("teamName");
        let email = for_user.then(|| body.required("userEmail"));
        let (account, format) = if for_user {
            (None, None)
        } else {
            (body.optional("accountName"), body.optional("tokenType"))
        };
        if let Some(name) = &name {
            body.check(name_fits(name));
        }
        body.check(self.expiry(expires.as_deref()));
        if !matches!(format.as_deref(), None | Some("jwt" | "opaque")) {
            body.check(Err(
                "tokenType must be one of the following values: jwt, opaque".to_owned()
            ));
        }
        if !email.iter().flatten().all(|email| email.contains('@')) {
            body.check(Err("userEmail must be an email".to_owned()));
        }
        body.done()?;

        let usual = TokenSeed::named(name.unwrap_or_default());
        Ok(Creation {
            token: TokenSeed {
                created: written(Timestamp::now()),
                expires: expires.map(|text| stored(&text)),
                team,
                account,
                format: format.unwrap_or(usual.format),
                ..usual
            },
            email: email.flatten(),
        })
    }
}

/// A token to make, for another user where there is an e-mail address.
pub(super) struct Creation {
    pub token: TokenSeed,
    pub email: Option<String>,
}

/// An expiry as it is kept: an instant in UTC, or the date that was given.
fn stored(expiry: &str) -> String {
    match end_of(expiry) {
        Some(end) if expiry.contains('T') => written(end),
        _ => expiry.to_owned(),
    }
}

pub(super) fn name_fits(name: &str) -> Result<(), String> {
    let letter = |character: char| character.is_ascii_lowercase();
    let letter_or_digit = |character: char| letter(character) || character.is_ascii_digit();
    let fits = (3..=36).contains(&name.len())
        && name.starts_with(letter)
        && name.ends_with(letter_or_digit)
        && name
            .chars()
            .all(|character| letter_or_digit(character) || character == '-');
    if fits {
        Ok(())
    } else {
        Err(
            "name must be 3-36 characters of a-z, 0-9 and -, starting with a letter and ending with a letter or digit"
                .to_owned(),
        )
    }
}
