//! The questions that the person sees, and the commands that do the same in a terminal.
//!
//! Agents and servers choose some of the text. It is quoted and stays on one line, so that it cannot pass for ours.

use jiff::Timestamp;

use super::arguments::Expires;
use crate::api::{Client, NewToken};
use crate::time::relative;
use crate::token::{Expiry, Token};
use crate::tokens::delete::Plan;
use crate::tokens::save::TokenFile;
use crate::untrusted::{Untrusted, display_path, sanitize, shell_word};

pub fn create(new: &NewToken, file: Option<&TokenFile>, client: &Client) -> String {
    let now = client.now();
    let or = |value: Option<String>, default: &str| value.unwrap_or_else(|| default.to_owned());
    let value = match file {
        Some(file) => format!("written to {}", display_path(file.path())),
        None => "given to the agent, which can read it".to_owned(),
    };
    lines(
        "Create an access token?",
        &[
            ("Name", quoted(new.name.as_str())),
            ("Expires", or(expiry(new.expiry, now), "never expires")),
            ("Type", or(new.token_type.map(|kind| kind.as_str().to_owned()), "chosen by the server")),
            ("Team", or(new.team.as_deref().map(quoted), "none")),
            ("Account", or(new.account.as_deref().map(quoted), "none")),
            ("User", or(new.for_user.as_ref().map(|email| quoted(email.as_str())), "you")),
            ("Server", client.account().base_url.to_string()),
            ("Value", value),
        ],
    )
}

/// `warning` says why it is unknown which token is in use, if it is.
pub fn delete(token: &Token, plan: &Plan<'_>, warning: Option<String>, client: &Client) -> String {
    let now = client.now();
    let never_used = if token.has_unknown_last_use { "unknown" } else { "never" };
    let in_use = match (plan.current(), warning) {
        (Some(_), _) => "yes: this program is authenticated with it and will need another API key".to_owned(),
        (None, Some(warning)) => warning,
        (None, None) => "not by this program".to_owned(),
    };
    let time = |time: Option<Timestamp>, default: &str| time.map_or_else(|| default.to_owned(), |time| at(time, now));
    let question = lines(
        "Delete an access token?",
        &[
            ("Name", token.name.as_ref().map_or_else(|| "none".to_owned(), Untrusted::quoted)),
            ("ID", quoted(token.id.raw())),
            ("Created", time(token.created_at, "unknown")),
            (
                "Expires",
                match token.expiry {
                    Expiry::Unknown => "unknown".to_owned(),
                    known => expiry(known, now).unwrap_or_else(|| "never expires".to_owned()),
                },
            ),
            ("Last used", time(token.last_used_at, never_used)),
            ("Server", client.account().base_url.to_string()),
            ("In use", in_use),
        ],
    );
    format!("{question}\nThis cannot be undone and breaks whatever uses it.")
}

pub fn delete_command(id: &str, client: &Client) -> String {
    format!("tfy-tokens delete {}{}", shell_word(&sanitize(id)), client.account().base_url_flag())
}

pub fn create_command(new: &NewToken, expires: Option<&Expires>, client: &Client) -> String {
    let options = [
        ("expires", expires.map(|expires| expires.text.clone())),
        ("type", new.token_type.map(|kind| kind.as_str().to_owned())),
        ("team", new.team.clone()),
        ("account", new.account.clone()),
        ("for-user", new.for_user.as_ref().map(ToString::to_string)),
    ];
    let options = options.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let options = options.map(|(name, value)| format!(" --{name} {}", shell_word(&sanitize(&value))));
    format!("tfy-tokens create {}{}{}", new.name, options.collect::<String>(), client.account().base_url_flag())
}

fn lines(question: &str, facts: &[(&str, String)]) -> String {
    let facts = facts.iter().map(|(label, fact)| format!("\n{label}: {}", sanitize(fact)));
    format!("{question}\n{}", facts.collect::<String>())
}

fn expiry(expiry: Expiry, now: Timestamp) -> Option<String> {
    expiry.time().map(|time| at(time, now))
}

fn at(time: Timestamp, now: Timestamp) -> String {
    format!("{time:.0} ({})", relative(time, now))
}

fn quoted(text: &str) -> String {
    Untrusted::new(text).quoted()
}
