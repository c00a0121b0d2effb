//! How a new value is handed over: the place is made ready, the platform is asked, the value is given once, or its fate is told.
//!
//! A [`TokenValue`] cannot be copied, and [`deliver`] is the only code that gets one: it ends in [`Place::hand_over`], which
//! consumes it. Whatever else happens to it ends in [`Error::Undelivered`], with what became of the token.

mod label;
mod place;

use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};

use crate::age::relative;
use crate::api::{Client, NewToken, NotCreated};
use crate::error::{Error, Fate, Found};
use crate::interrupt::Interrupts;
use crate::output::Output;
use crate::secret::TokenValue;
use crate::text::shown;
use crate::token::Token;
use label::Label;
pub use place::Place;

/// By how much clocks that are both set may differ. A token that was made further outside of the time between the request and now
/// may be another one of its name.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(5);

/// Creates a token and hands its value over; `replaced` is the token it takes the place of, if it does.
///
/// What was asked for is said back first. When this fails, the error says whether a token exists now, and how to delete it.
pub async fn deliver(
    new: &NewToken,
    replaced: Option<&Token>,
    mut place: Place,
    client: &Client,
    output: &Output,
    interrupts: &mut Interrupts,
) -> Result<(), Error> {
    let asked_at = Timestamp::now();
    output.note(said_back(new, asked_at));
    let value = match create(new, client, output, interrupts).await {
        Ok(value) => value,
        Err(NotCreated::Refused(error)) => return Err(error.without_token()),
        Err(NotCreated::Unknown(error)) => {
            drop(place);
            let found = look_up(new, Some(asked_at), client, interrupts).await;
            return Err(undelivered(new, Fate { is_made: false, found }, anyhow!(error), client));
        }
    };
    let label = Label {
        name: new.name.as_str(),
        expires_at: new.expires_at,
        replaced,
    };
    let handed_over = tokio::select! {
        // A value that has come is handed over, also where a signal has come with it.
        biased;
        handed_over = place.hand_over(value, &label, output) => handed_over,
        () = interrupts.next() => Err(anyhow!("cancelled: it had not been handed over yet")),
    };
    if let Err(why) = handed_over {
        drop(place);
        let found = look_up(new, None, client, interrupts).await;
        return Err(undelivered(new, Fate { is_made: true, found }, why, client));
    }
    if let Place::File(file) = &place {
        let path = file.path();
        output.note(format_args!(
            "The value is in {}. It cannot be shown again.",
            shown(path)
        ));
        let summary = output.data(label.without_value(output));
        let said = interrupts
            .or_cancel("standard output had not taken it yet", summary)
            .await;
        said.map_err(|why| Error::Unsaid {
            name: new.name.to_string(),
            path: path.to_owned(),
            why: Box::new(why),
        })?;
    } else if output.stdout.is_terminal {
        output.warn("Save the value now: it cannot be shown again.");
    }
    Ok(())
}

async fn create(
    new: &NewToken,
    client: &Client,
    output: &Output,
    interrupts: &mut Interrupts,
) -> Result<TokenValue, NotCreated> {
    let creation = client.creation(new).map_err(NotCreated::Refused)?;
    let progress = output.progress("Creating the token");
    tokio::select! {
        biased;
        result = progress.during(creation.send()) => result,
        () = interrupts.next() => Err(if creation.may_have_arrived() {
            NotCreated::Unknown(Error::Cancelled("the platform may have got the request already"))
        } else {
            NotCreated::Refused(Error::Cancelled("no token was made"))
        }),
    }
}

/// Looks up the token that was asked for. One made long before `asked_at`, if that is given, may be another of its name.
async fn look_up(new: &NewToken, asked_at: Option<Timestamp>, client: &Client, interrupts: &mut Interrupts) -> Found {
    if let Some(email) = &new.for_user {
        return Found::AnotherUsers(email.to_string());
    }
    let listing = client.pages(Some(new.name.as_str())).all();
    let tokens = match interrupts.or_cancel("it was not looked up", listing).await {
        Ok(tokens) => tokens,
        Err(error) => return Found::Unknown(Box::new(error)),
    };
    let is_asked_for = |token: &Token| token.exact_name() == Some(new.name.as_str());
    let Some(token) = tokens.into_iter().find(is_asked_for) else {
        return Found::Nothing;
    };
    let now = Timestamp::now();
    let is_new = |asked_at: Timestamp| {
        token
            .created_at
            .is_some_and(|at| at.duration_since(asked_at) >= -CLOCKS_DIFFER && at.duration_since(now) <= CLOCKS_DIFFER)
    };
    Found::Token {
        is_it: asked_at.is_none_or(is_new),
        id: token.id,
        created_at: token.created_at,
    }
}

fn undelivered(new: &NewToken, fate: Fate, why: anyhow::Error, client: &Client) -> Error {
    Error::Undelivered {
        name: new.name.to_string(),
        fate,
        why,
        base_url: client.account().base_url_to_repeat(),
    }
}

/// What was asked for, in full: the expiry as an instant and as a span, for whom, of which type.
fn said_back(new: &NewToken, now: Timestamp) -> String {
    let user = new.for_user.as_ref().map(|email| format!(" for {email}"));
    let kind = new.token_type.map(|kind| format!(", of type {}", kind.as_str()));
    let team = new.team.as_ref().map(|team| format!(", for the team {team}"));
    let account = new
        .account
        .as_ref()
        .map(|account| format!(", for the account {account}"));
    let expiry = match new.expires_at {
        Some(at) => format!(", which expires at {at} ({})", relative(at, now)),
        None => ", which never expires".to_owned(),
    };
    let details: String = [user, kind, team, account, Some(expiry)]
        .into_iter()
        .flatten()
        .collect();
    format!("Creating the token {}{details}", new.name)
}
