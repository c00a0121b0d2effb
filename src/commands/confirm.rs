//! Confirms deletions.

use super::Context;
use crate::api::Client;
use crate::error::{Failure, Kind};
use crate::output::{Table, show, show_lines};
use crate::prompt::Prompt;
use crate::token::Token;
use crate::tokens::delete::{self, Inventory, Plan};

pub const ADVICE: &str = "If services fail after token deletion, they were using the deleted token. Create a new token and \
     update them.";

pub enum Confirmation {
    /// The user passed `--yes`, or `--dry-run`, which deletes no token.
    Given,
    Ask(Prompt),
}

impl Context<'_> {
    /// Fails unless the deletion is confirmed or the user can be asked. `action` begins the message, such as `deleting tokens`.
    pub fn confirmation(&self, is_confirmed: bool, action: &str) -> Result<Confirmation, Failure> {
        if is_confirmed {
            return Ok(Confirmation::Given);
        }
        self.prompt().map(Confirmation::Ask).ok_or_else(|| {
            let message = format!("{action} requires --yes when not running interactively");
            Failure::new(Kind::Unconfirmed, message)
        })
    }
}

/// Reads all tokens. Prints a warning if it is unknown which of them is the API key.
pub async fn read_tokens(client: &Client, context: &Context<'_>) -> anyhow::Result<Inventory> {
    let spinner = context.output.spinner("Reading tokens");
    let inventory = delete::read(client, |done, total| spinner.set(done, total));
    let inventory = context.signals.or_interrupt(inventory).await?;
    drop(spinner);
    if let Some(warning) = inventory.warning() {
        context.output.warn(warning);
    }
    Ok(inventory)
}

/// Shows the tokens of a plan and asks whether to delete them.
pub async fn ask(
    plan: &Plan<'_>,
    question: &str,
    prompt: &Prompt,
    client: &Client,
    context: &Context<'_>,
) -> anyhow::Result<bool> {
    show(format_args!("On {}:", client.account().base_url));
    show_lines(&Table::new(&plan.tokens, context.now, context.output.stderr).text());
    if let Some(token) = plan.current() {
        show(current_warning(token));
    }
    let answer = prompt.confirm(question, &context.signals).await?;
    client.reconnect()?;
    Ok(answer)
}

pub fn current_warning(token: &Token) -> String {
    let name = token.display_name();
    format!("You are authenticated with {name}. After deletion you will need another API key.")
}
