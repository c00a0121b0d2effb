//! `tfy-tokens revoke-all`

use email_address::EmailAddress;
use serde::Serialize;

use super::Context;
use super::confirm::{ADVICE, Confirmation};
use crate::api::Client;
use crate::cli::RevokeAll;
use crate::error::{Failure, Kind};
use crate::output::{json_array, show};
use crate::prompt::{self, Prompt};
use crate::signals::Interrupted;

/// JSON view of the result. `id` and `name` are as in `delete`, but null, because the server does not list the deleted tokens.
#[derive(Serialize)]
struct RevokedJson<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    email: &'a str,
    deleted: bool,
}

pub async fn run(arguments: RevokeAll, context: &Context<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let email = &arguments.email;
    let confirmation = context.confirmation(arguments.yes.yes, "deleting all tokens of a user")?;
    let client = context.client().await?;
    if let Confirmation::Ask(prompt) = confirmation {
        ask(email, &prompt, &client, context).await?;
    }
    let revoked = context.signals.or_interrupt(client.revoke_all(email)).await;
    revoked.inspect_err(|error| {
        if error.is::<Interrupted>() {
            output.warn("interrupted; the tokens may have been deleted");
        }
    })?;
    let text = if output.is_json() {
        json_array([RevokedJson { id: None, name: None, email: email.as_str(), deleted: true }])?
    } else {
        format!("Deleted all tokens of {email}\n")
    };
    let printed = context.signals.or_interrupt(output.data(text)).await;
    output.note(ADVICE);
    printed.map_err(|error| {
        let message = format!("deleted all tokens of {email}, but could not write to standard output");
        if error.is::<Interrupted>() {
            output.warn(message);
            return error;
        }
        Failure::new(Kind::Failed, message).with_causes(Failure::from_error(&error).causes).into()
    })
}

async fn ask(email: &EmailAddress, prompt: &Prompt, client: &Client, context: &Context<'_>) -> anyhow::Result<()> {
    let session = match context.signals.or_interrupt(async { Ok::<_, Interrupted>(client.session().await) }).await? {
        Err(failure) if failure.kind == Kind::NotSignedIn => return Err(failure.into()),
        session => session.unwrap_or_default(),
    };
    let base_url = &client.account().base_url;
    show(format_args!("This deletes all tokens of {email} on {base_url}."));
    if session.user.is_some_and(|user| user.raw().eq_ignore_ascii_case(email.as_str())) {
        show("They are your own tokens. After deletion you may need another API key.");
    }
    show("This cannot be undone. Services that use them will stop working.");
    let typed: String = prompt.line(prompt::REPEAT_EMAIL, &context.signals).await?;
    if typed == email.as_str() {
        return Ok(client.reconnect()?);
    }
    show(format_args!("The address does not match {email}. No tokens were deleted."));
    Err(Failure::declined().into())
}
