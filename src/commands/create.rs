//! `tfy-tokens create`

use super::Context;
use crate::api::NewToken;
use crate::cli::Create;
use crate::delivery::{Place, deliver};
use crate::error::Error;
use crate::interrupt::Interrupts;

const NOT_DONE: &str = "no token was made";

/// Creates a token and hands its value over.
pub async fn run(arguments: Create, context: &Context<'_>, interrupts: &mut Interrupts) -> Result<(), Error> {
    let expires_at = match arguments.expires.when {
        Some(when) => when
            .instant(context.now)
            .map_err(|why| Error::bad_input("--expires", why))?,
        None => None,
    };
    let name = match (arguments.name, context.prompt()) {
        (Some(name), _) => name,
        (None, Some(prompt)) => {
            let asked = prompt.text("Name of the new token", NOT_DONE);
            interrupts.or_cancel(NOT_DONE, asked).await?
        }
        (None, None) => {
            return Err(Error::Missing {
                what: "the name of the new token",
                hint: "tfy-tokens create NAME",
            });
        }
    };
    let new = NewToken {
        name,
        for_user: arguments.for_user,
        expires_at,
        team: arguments.team,
        account: arguments.account,
        token_type: arguments.token_type,
    };
    let place = Place::prepare(arguments.save.file.as_deref())?;
    let client = interrupts.or_cancel(NOT_DONE, context.client()).await?;
    deliver(&new, None, place, &client, &context.output, interrupts).await
}
