//! `tfy-tokens revoke-all`

use serde::Serialize;

use super::{Context, removal};
use crate::cli::RevokeAll;
use crate::error::Error;
use crate::interrupt::Interrupts;
use crate::output::{Format, Output, json_lines, object};
use crate::prompt::Prompt;
use crate::text::clean;

const NOT_DONE: &str = "nothing was deleted";

/// What was done, in the shape of a deleted token. Which tokens there were, the platform does not say.
#[derive(Serialize)]
struct View<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    email: &'a str,
    deleted: bool,
}

/// Deletes every token of a user, once their address has been typed again.
pub async fn run(arguments: &RevokeAll, context: &Context<'_>, interrupts: &mut Interrupts) -> Result<(), Error> {
    let email = arguments.email.as_str();
    let shown = clean(email);
    let output = &context.output;
    let prompt = context.confirmation(arguments.yes.yes, "deleting every token of a user")?;
    let client = interrupts.or_cancel(NOT_DONE, context.client()).await?;
    if let Some(prompt) = prompt {
        let session = interrupts.or_cancel(NOT_DONE, removal::session(&client)).await?;
        output.show(&format!(
            "This deletes every token of {shown} on {}.",
            client.account().base_url()
        ));
        let who = session.ok().and_then(|session| session.who);
        if who.is_some_and(|who| who.exact().eq_ignore_ascii_case(email)) {
            output.show("They are your own; this client may not be able to sign in afterwards.");
        }
        output.show("This cannot be undone, and breaks whatever uses them.");
        interrupts.or_cancel(NOT_DONE, confirm(&prompt, email, output)).await?;
    }
    interrupts
        .or_cancel("the tokens may be deleted", client.revoke_all(&arguments.email))
        .await?;
    let text = match output.format() {
        Format::Json => {
            let all = View {
                id: None,
                name: None,
                email,
                deleted: true,
            };
            json_lines(&[object(&all)])
        }
        _ => format!("Deleted every token of {shown}\n"),
    };
    let told = interrupts.or_cancel("the tokens are deleted", output.data(text)).await;
    output.note("If services fail now, they were using one of these tokens: create new ones and update them.");
    told.map_err(|why| Error::Untold {
        what: format!("every token of {shown}"),
        why: Box::new(why),
    })
}

/// An answer that is not the address is a no.
async fn confirm(prompt: &Prompt, email: &str, output: &Output) -> Result<(), Error> {
    let typed: String = prompt.text("Type the e-mail address again", NOT_DONE).await?;
    if typed.trim() == email {
        return Ok(());
    }
    output.note(format_args!("That is not {email}."));
    Err(Error::Cancelled(NOT_DONE))
}
