//! The work of the tools. Like the commands, they plan, ask and apply.

use rmcp::model::{InputRequiredResult, ProtocolVersion};
use serde_json::{Map, Value, json};
use tokio::sync::RwLockReadGuard;

use super::approval::{Verdict, can_ask};
use super::call::Call;
use super::server::{Server, error_json, error_text};
use super::transport::Outcome;
use super::{arguments, questions, values};
use crate::api::{Client, NewToken};
use crate::commands::Context;
use crate::commands::confirm::ADVICE;
use crate::commands::create::{SAVE_NOW, summary};
use crate::commands::status;
use crate::error::{Failure, Kind};
use crate::output::{Stream, Table, TokenJson};
use crate::secret::TokenValue;
use crate::select::find_one;
use crate::signals::Hold;
use crate::time::ExpiryArg;
use crate::token::{Expiry, Token};
use crate::tokens::create::not_created;
use crate::tokens::save::TokenFile;
use crate::tokens::undelivered::undelivered;
use crate::tokens::{self, create, delete};
use crate::untrusted::display_path;

/// The text and the structure of a result, or a question for the person.
pub enum Answer {
    Done { text: String, json: Value },
    Ask(Box<InputRequiredResult>),
}

const PLAIN: Stream = Stream { is_terminal: false, width: None, is_colored: false, can_redraw: false };

impl Server {
    /// A status that is not ok is no error: it tells the agent what is wrong.
    pub async fn status(&self, call: &Call, context: &Context<'_>) -> anyhow::Result<Answer> {
        arguments::none(given(call))?;
        let mut text = String::new();
        let (status, checked) = status::read(context, async |lines: String| text.push_str(&lines)).await?;
        let mut json = serde_json::to_value(status)?;
        if let Err(error) = checked {
            let failure = Failure::from_error(&error);
            text.push_str(&error_text(&failure));
            json["error"] = error_json(&failure)["error"].take();
        }
        Ok(Answer::Done { text, json })
    }

    pub async fn list(&self, call: &Call, context: &Context<'_>) -> anyhow::Result<Answer> {
        let arguments::List { filter, sort, reverse, limit } = arguments::list(given(call))?;
        let client = context.client().await?;
        let progress = |done, total| call.progress.tokens(done, total);
        let mut tokens = tokens::list(&client, &filter, sort, progress).await?;
        if reverse {
            tokens.reverse();
        }
        let total = tokens.len();
        tokens.truncate(limit);
        let shown = tokens.len();
        let text = match &*filter.describe() {
            "" if tokens.is_empty() => "You have no tokens.\n".to_owned(),
            conditions if tokens.is_empty() => format!("No tokens match `{conditions}`.\n"),
            _ => Table::new(&tokens, client.now(), PLAIN).text(),
        };
        let more = if shown < total {
            format!("Shown are {shown} of {total} tokens. Pass a larger `limit` to see more.\n")
        } else {
            String::new()
        };
        let tokens: Vec<_> = tokens.iter().map(|token| TokenJson::new(token, client.now())).collect();
        Ok(Answer::Done { text: text + &more, json: json!({"tokens": tokens, "total": total, "shown": shown}) })
    }

    pub async fn delete(&self, call: &Call, context: &Context<'_>) -> anyhow::Result<Answer> {
        let id = arguments::id(given(call))?;
        let client = context.client().await?;
        ensure_can_ask(call, || questions::delete_command(&id, &client))?;
        let mut approved = self.deletions.answered(call, client.account())?;
        // The token may change while the person thinks. Then the person is asked again.
        let token = loop {
            let inventory = delete::read(&client, None, |done, total| call.progress.tokens(done, total)).await?;
            let token = find_by_id(&inventory.tokens, &id)?;
            if approved.is_some_and(|approved| is_same(&approved, &token)) {
                break token;
            }
            let plan = inventory.plan(vec![token.clone()])?;
            let message = questions::delete(&token, &plan, inventory.warning(), &client);
            match self.deletions.ask(call, client.account(), message, token).await? {
                Verdict::Ask(question) => return Ok(Answer::Ask(question)),
                Verdict::Approved(token) => approved = Some(token),
            }
        };
        let _change = self.begin_change(call).await?;
        client.delete(&token.id).await.inspect_err(|failure| call.tell(error_text(failure)))?;
        let advice = if token.is_expired(client.now()) { String::new() } else { format!("{ADVICE}\n") };
        let text = format!("Deleted {token}\n{advice}");
        call.tell(text.clone());
        let json = json!({"id": token.id.raw(), "name": token.raw_name(), "deleted": true});
        Ok(Answer::Done { text, json })
    }

    pub async fn create(&self, call: &Call, context: &Context<'_>) -> anyhow::Result<Answer> {
        let arguments::Create { mut new, expires } = arguments::create(given(call), context.now)?;
        let client = context.client().await?;
        ensure_can_ask(call, || questions::create_command(&new, expires.as_ref(), &client))?;
        let (new, file) = if let Some(approved) = self.creations.answered(call, client.account())? {
            approved
        } else {
            let file = (!self.arguments.show_values)
                .then(|| values::new_file(&new.name, self.arguments.save_dir.as_deref()))
                .transpose()?;
            // A duration counts from the server's time, because the clock of this machine may be wrong.
            if let Some(expires) = expires.filter(|expires| matches!(expires.meaning, ExpiryArg::In(_))) {
                client.read_clock().await.map_err(not_created)?;
                new.expiry = expires.resolve(client.now())?;
            }
            let message = questions::create(&new, file.as_ref(), &client);
            match self.creations.ask(call, client.account(), message, (new, file)).await? {
                Verdict::Ask(question) => return Ok(Answer::Ask(question)),
                Verdict::Approved(approved) => approved,
            }
        };
        let _change = self.begin_change(call).await?;
        let created = match create::create(&client, &new, false, &call.signals, || ()).await {
            Ok(value) => deliver(value, new, file, call, &client).await,
            Err(error) => Err(Failure::from_error(&error)),
        };
        Ok(created.inspect_err(|failure| call.tell(error_text(failure)))?)
    }

    /// Until the guards are dropped, the client cannot cancel the call, and the server does not end.
    async fn begin_change<'a>(&'a self, call: &'a Call) -> Result<(Hold<'a>, RwLockReadGuard<'a, ()>), Failure> {
        let guards = (call.signals.hold(), self.changing.read().await);
        call.ensure_not_cancelled()?;
        Ok(guards)
    }
}

/// Writes the value to the file or, without a file, to the result.
async fn deliver(
    value: TokenValue,
    new: NewToken,
    file: Option<TokenFile>,
    call: &Call,
    client: &Client,
) -> Result<Answer, Failure> {
    let limit = value.expiry().and_then(|end| new.expiry.limited_to(end, client.now()));
    let new = NewToken { expiry: limit.map_or(new.expiry, Expiry::At), ..new };
    let limited = if limit.is_some() { "The server limited the lifetime.\n" } else { "" };
    let mut json = json!({"name": new.name.as_str(), "expiresAt": new.expiry.time()});
    let summary = summary(&new) + limited;
    if let Some(mut file) = file {
        if let Err(cause) = file.write(&value) {
            drop(file);
            return Err(undelivered(client, &new, None, cause, &call.signals).await);
        }
        let path = display_path(file.path());
        json["savedTo"] = json!(path);
        let text = format!("{summary}{}", values::next_steps(&new.name, &path));
        call.tell(text.clone());
        return Ok(Answer::Done { text, json });
    }
    if let Err(cause) = call.ensure_not_cancelled() {
        return Err(undelivered(client, &new, None, cause, &call.signals).await);
    }
    // The value is in the result once. Clients of older versions read only the text.
    let version = call.context.protocol_version();
    let text = if version.is_none_or(|version| version >= ProtocolVersion::V_2025_06_18) {
        json["token"] = json!(value.expose());
        format!("{summary}The value is the field `token` of the result.\n{SAVE_NOW}\n")
    } else {
        format!("{summary}{}\n{SAVE_NOW}\n", value.expose())
    };
    call.connection.set_outcome(call.context.id.clone(), Outcome::Value(value, new));
    Ok(Answer::Done { text, json })
}

fn given(call: &Call) -> Map<String, Value> {
    call.request.arguments.clone().unwrap_or_default()
}

/// Fails if the client cannot ask the person. `command` does the same in a terminal.
fn ensure_can_ask(call: &Call, command: impl FnOnce() -> String) -> Result<(), Failure> {
    if can_ask(call) {
        return Ok(());
    }
    let message = "the person must approve this, but the client cannot show forms (elicitation); nothing was changed";
    Err(Failure::new(Kind::Unconfirmed, message).hint(format!("ask the person to run `{}` in a terminal", command())))
}

/// Finds the token with an ID. If the text is a name, the error names the ID.
fn find_by_id(tokens: &[Token], id: &str) -> Result<Token, Failure> {
    if let Some(token) = tokens.iter().find(|token| token.id.raw() == id) {
        return Ok(token.clone());
    }
    let token = find_one(tokens, id)?;
    let message = format!("`{}` is the name of a token, not its ID; nothing was deleted", token.display_name());
    Err(Failure::new(Kind::Usage, message).hint(format!("pass the ID `{}`", token.id)))
}

/// Returns `true` if the person saw this token. The last use may have changed since.
fn is_same(shown: &Token, token: &Token) -> bool {
    let key = |token: &Token| (token.name.clone(), token.id.clone(), token.created_at, token.expiry);
    key(shown) == key(token)
}
