//! Confirms deletions.

use std::cmp::Reverse;

use jiff::SignedDuration;
use serde::Serialize;

use super::Context;
use crate::api::Client;
use crate::error::{Failure, Kind};
use crate::output::{Table, show, show_lines};
use crate::prompt::{MAX_UNCOUNTED, Prompt};
use crate::token::Token;
use crate::tokens::delete::{self, Inventory, Plan};

pub const ADVICE: &str = "If services fail after token deletion, they were using the deleted token. Create a new token and \
     update them.";

/// JSON view of a token that was deleted, could not be deleted or, with `--dry-run`, would be deleted.
#[derive(Serialize, Default)]
pub struct DeletedJson<'a> {
    /// `None` for a token of another user. The server does not list them.
    pub id: Option<&'a str>,
    pub name: Option<&'a str>,
    /// The user of `revoke-all`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    pub deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl<'a> DeletedJson<'a> {
    pub fn new(token: &'a Token, deleted: bool) -> Self {
        Self { id: Some(token.id.raw()), name: token.raw_name(), deleted, ..Self::default() }
    }
}

/// The lines of `--dry-run`.
pub fn would_delete(tokens: &[Token]) -> String {
    tokens.iter().map(|token| format!("Would delete {token}\n")).collect::<Vec<_>>().concat()
}

impl Context<'_> {
    /// Returns the prompt that asks for confirmation, or `None` if the deletion is confirmed already: by `--yes`, or because
    /// nothing will be deleted. Fails if the user cannot be asked. `action` begins the message, such as `deleting tokens`.
    pub fn confirmation(&self, is_confirmed: bool, action: &str) -> Result<Option<Prompt>, Failure> {
        if is_confirmed {
            return Ok(None);
        }
        let cannot_ask = || self.cannot_prompt(Kind::Unconfirmed, &format!("{action} requires --yes"));
        self.prompt().map(Some).ok_or_else(cannot_ask)
    }
}

/// The failure of a deletion whose result could not be printed because of `error`.
pub fn not_printed(deleted: &str, error: &anyhow::Error) -> Failure {
    let message = format!("deleted {deleted}, but could not write to standard output");
    Failure::new(Kind::Failed, message).with_causes(Failure::from_error(error).causes)
}

/// Reads all tokens or, with `search`, those that the server finds. Prints a warning if it is unknown which of them is the API key.
pub async fn read_tokens(client: &Client, search: Option<&str>, context: &Context<'_>) -> anyhow::Result<Inventory> {
    let spinner = context.output.spinner("Reading tokens");
    let inventory = delete::read(client, search, |done, total| spinner.set(done, total));
    let inventory = context.signals.or_interrupt(inventory).await?;
    drop(spinner);
    if let Some(warning) = inventory.warning() {
        context.output.warn(warning);
    }
    Ok(inventory)
}

/// Shows the tokens of a plan: all that the user should know before a deletion.
pub fn show_plan(plan: &Plan<'_>, client: &Client, context: &Context<'_>) {
    show(format_args!("On {}:", client.account().base_url));
    show_tokens(&plan.tokens, client, context);
    if let Some(token) = plan.current() {
        show(current_warning(token));
    }
}

/// Shows the tokens of a plan and asks whether to delete them.
pub async fn ask(
    plan: &Plan<'_>,
    question: &str,
    prompt: &Prompt,
    client: &Client,
    context: &Context<'_>,
) -> anyhow::Result<bool> {
    show_plan(plan, client, context);
    let answer = match plan.tokens.len() {
        count if count > MAX_UNCOUNTED => prompt.confirm_count(question, count, &context.signals).await?,
        _ => prompt.confirm(question, &context.signals).await?,
    };
    client.reconnect()?;
    Ok(answer)
}

/// Shows tokens before they are deleted: all of them, or the most recently used ones and a summary.
pub fn show_tokens(tokens: &[Token], client: &Client, context: &Context<'_>) {
    let now = client.now();
    let show_table = |tokens: &[Token]| show_lines(&Table::new(tokens, now, context.output.stderr).text());
    if tokens.len() <= MAX_UNCOUNTED {
        return show_table(tokens);
    }
    let mut recent = tokens.to_vec();
    recent.sort_by_key(|token| Reverse(token.last_used_at));
    show_table(&recent[..MAX_UNCOUNTED]);
    let month_ago = now - SignedDuration::from_hours(24 * 30);
    let used = tokens.iter().filter(|token| token.last_used_at.is_some_and(|time| time >= month_ago)).count();
    let unknown = match tokens.iter().filter(|token| token.has_unknown_last_use).count() {
        0 => String::new(),
        unknown => format!("; the last use of {unknown} is unknown"),
    };
    let more = tokens.len() - MAX_UNCOUNTED;
    show(format_args!("and {more} more. {used} of {} were used in the last 30 days{unknown}.", tokens.len()));
}

pub fn current_warning(token: &Token) -> String {
    let name = token.display_name();
    format!("You are authenticated with {name}. After deletion you will need another API key.")
}
