//! `tfy-tokens rotate`

use jiff::Timestamp;

use super::{Context, removal};
use crate::api::NewToken;
use crate::cli::Rotate;
use crate::delivery::{Place, deliver};
use crate::error::Error;
use crate::interrupt::Interrupts;
use crate::select::find_one;
use crate::token::{Expiry, Token, TokenName};

const OLD_KEPT: &str = "the old token was kept beside the new one";

/// Makes a new token, hands its value over, and only then deletes the old one.
pub async fn run(arguments: Rotate, context: &Context<'_>, interrupts: &mut Interrupts) -> Result<(), Error> {
    let prompt = context.confirmation(arguments.yes.yes, "deleting the old token")?;
    let asked_expiry = match arguments.expires.when {
        Some(when) => Some(
            when.instant(context.now)
                .map_err(|why| Error::bad_input("--expires", why))?,
        ),
        None => None,
    };
    let place = Place::prepare(arguments.save.file.as_deref())?;
    let client = interrupts.or_cancel("nothing was changed", context.client()).await?;
    let asked = removal::all_and_current(&client, &context.output);
    let (all, current) = interrupts.or_cancel("nothing was changed", asked).await?;
    let old = find_one(&all, &arguments.token)?;
    let removed = std::slice::from_ref(old);
    removal::ensure_safe(removed)?;
    let new = NewToken {
        name: match arguments.new_name {
            Some(name) if is_taken(&name, &all) => return Err(Error::NameTaken(None)),
            Some(name) => name,
            None => next_name(old, &all)?,
        },
        for_user: None,
        expires_at: match asked_expiry {
            Some(expires_at) => expires_at,
            None => same_lifetime(old, context.now)?,
        },
        team: None,
        account: None,
        token_type: None,
    };
    deliver(&new, Some(old), place, &client, &context.output, interrupts)
        .await
        .map_err(|why| Error::NotReplaced {
            name: old.shown_name(),
            id: old.id.clone(),
            why: Box::new(why),
        })?;
    if let Some(prompt) = &prompt {
        let asked = removal::confirm(removed, &current, prompt, "Delete the old token?", OLD_KEPT, context);
        interrupts.or_cancel(OLD_KEPT, asked).await?;
    } else if removal::current_among(removed, &current).is_some() {
        context.output.warn(removal::signs_in_with(old));
    }
    match interrupts
        .or_cancel("the old token may be deleted", client.delete(&old.id))
        .await
    {
        // Somebody else was faster: it is gone, as it should be.
        Ok(()) | Err(Error::TokenGone(_)) => {}
        Err(cancelled @ Error::Cancelled(_)) => return Err(cancelled),
        Err(why) => {
            return Err(Error::OldTokenLives {
                id: old.id.clone(),
                base_url: client.account().base_url_to_repeat(),
                why: Box::new(why),
            });
        }
    }
    context
        .output
        .note(format_args!("Deleted {} ({})", old.shown_name(), old.id));
    context.output.note(removal::AFTERWARDS);
    Ok(())
}

/// The old name with the first number behind it that makes it free.
fn next_name(old: &Token, all: &[Token]) -> Result<TokenName, Error> {
    let stem = old
        .name
        .as_ref()
        .and_then(|name| name.exact().parse::<TokenName>().ok());
    let stem = stem.ok_or_else(|| {
        Error::bad_input(
            "--as",
            "the old token has no name that can be numbered: name the new one",
        )
    })?;
    // One name more than there are tokens cannot all be taken.
    let mut names = stem.successors().take(all.len() + 1);
    names.find(|name| !is_taken(name, all)).ok_or(Error::NameTaken(None))
}

fn is_taken(name: &TokenName, all: &[Token]) -> bool {
    all.iter().any(|token| token.exact_name() == Some(name.as_str()))
}

/// The expiry that lets the new token live as long as the old one was meant to. Where that is not known, it has to be said: a
/// token that never expires is nothing to end up with by chance.
fn same_lifetime(old: &Token, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    let instant = match (old.expiry, old.created_at) {
        (Expiry::Never, _) => return Ok(None),
        (Expiry::At(end), Some(start)) if start < end => now.checked_add(end.duration_since(start)).ok(),
        _ => None,
    };
    let whole = instant.and_then(|instant| instant.round(jiff::Unit::Second).ok());
    whole.map(Some).ok_or_else(|| {
        Error::bad_input(
            "--expires",
            "the lifetime of the old token is not known: say when the new one expires",
        )
    })
}
