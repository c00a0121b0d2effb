//! Next steps after the server refused to create a token.

use super::delete::delete_command;
use super::find_by_name_in_time;
use crate::api::{Client, NewToken};
use crate::error::{Failure, Kind};
use crate::signals::Signals;
use crate::token::{Expiry, Token};
use crate::token_name::TokenName;

/// Adds the next step to a failure that another request may resolve.
pub async fn with_next_step(
    failure: Failure,
    new: &NewToken,
    is_rotation: bool,
    client: &Client,
    signals: &Signals,
) -> Failure {
    match (failure.kind, failure.status) {
        (Kind::NameTaken, _) if new.for_user.is_some() => failure.hint("choose another name"),
        (Kind::NameTaken, _) => {
            let holder = find_by_name_in_time(client, &new.name, signals).await.ok().flatten();
            name_taken(failure, &new.name, holder.as_ref(), "or choose another name", client)
        }
        (Kind::Failed, Some(400 | 422)) => match missing_option(&failure, new, is_rotation, client) {
            Some(hint) => failure.hint(hint),
            None => failure,
        },
        _ => failure,
    }
}

/// Adds to a failure how to free the name, or how to replace the token that has it. `otherwise` is another way.
pub fn name_taken(
    failure: Failure,
    name: &TokenName,
    holder: Option<&Token>,
    otherwise: &str,
    client: &Client,
) -> Failure {
    if let Some(expired) = holder.filter(|token| token.is_expired(client.now())) {
        let delete = delete_command(client, &expired.id, expired.raw_name());
        let cause = format!("the token with this name has expired: {expired}");
        return failure.with_causes([cause]).hint(format!("run {delete} to free the name, {otherwise}"));
    }
    let rotate = format!("`tfy-tokens rotate {name}{}`", client.account().base_url_flag());
    failure.hint(format!("run {rotate} to replace the token with this name, {otherwise}"))
}

/// Returns a hint if the message of the server is about the team or the expiry.
fn missing_option(failure: &Failure, new: &NewToken, is_rotation: bool, client: &Client) -> Option<String> {
    let text = failure.causes.join(" ").to_lowercase();
    let contains = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if contains(&["team"]) {
        return Some(match new.team {
            _ if is_rotation => {
                let expiry = new.expiry.time().map(|time| format!(" --expires {time}")).unwrap_or_default();
                let flag = client.account().base_url_flag();
                let create = format!("tfy-tokens create {} --team platform{expiry}{flag}", new.name);
                format!("run `{create}`, with one of your teams, and then delete the old token")
            }
            Some(_) => "pass another team with --team".to_owned(),
            None => "add --team with one of your teams, such as `--team platform`".to_owned(),
        });
    }
    contains(&["expir", "lifetime", "max age", "maximum age", "ttl"]).then(|| match new.expiry {
        Expiry::Never | Expiry::Unknown => "add --expires, such as `--expires 30d`".to_owned(),
        Expiry::At(_) => "pass an earlier expiry, such as `--expires 30d`".to_owned(),
    })
}
