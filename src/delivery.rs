//! How a new value is handed over: the place is made ready, the platform is asked, the value is given once, or its fate is told.
//!
//! A [`TokenValue`] cannot be copied, and [`deliver`] is the only code that gets one: it ends in [`Place::hand_over`], which
//! consumes it. Whatever else happens to it ends in [`Error::Undelivered`], with what became of the token.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::age::relative;
use crate::api::{Client, NewToken, NotCreated};
use crate::error::{Error, Fate, Found};
use crate::interrupt::Interrupts;
use crate::output::{Format, Output, object};
use crate::secret::TokenValue;
use crate::text::shown;
use crate::token::Token;

/// By how much the platform's clock and ours may differ while a token is still taken for one that was just made.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// Where a value will go. It is made before the platform is asked, so that nothing is created that could not be delivered.
pub enum Place {
    /// Standard output.
    StandardOutput,
    /// The file of `--save`.
    File(NewFile),
}

/// A file that did not exist before and only its owner can read. It goes away with this unless a value came to be in it.
pub struct NewFile {
    path: PathBuf,
    file: File,
    is_filled: bool,
}

impl NewFile {
    fn fill(&mut self, value: &TokenValue) -> io::Result<()> {
        let line = Zeroizing::new(format!("{}\n", value.expose()));
        self.file.write_all(line.as_bytes())?;
        self.file.sync_all()?;
        self.is_filled = true;
        Ok(())
    }

    /// Whether what is at the path is still this file, and not one that somebody else has put there since.
    #[cfg(unix)]
    fn is_in_place(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let here = std::fs::symlink_metadata(&self.path).map(identity);
        matches!((here, self.file.metadata().map(identity)), (Ok(here), Ok(ours)) if here == ours)
    }

    /// Whether what is at the path is still this file: an open file cannot be replaced on this system.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "elsewhere it can be replaced")]
    fn is_in_place(&self) -> bool {
        true
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_filled && self.is_in_place() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Place {
    /// Makes the place ready. A file that exists, even as a link, is never touched.
    pub fn prepare(save: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = save else {
            return Ok(Self::StandardOutput);
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|why| Error::SavePlace {
            path: path.to_owned(),
            why,
        })?;
        Ok(Self::File(NewFile {
            path: path.to_owned(),
            file,
            is_filled: false,
        }))
    }

    /// Gives the value, and says on standard output what it is the value of.
    #[expect(clippy::needless_pass_by_value, reason = "a value that was handed over is gone")]
    fn hand_over(&mut self, value: TokenValue, label: &Label<'_>, output: &Output) -> anyhow::Result<()> {
        match self {
            Self::StandardOutput => {
                let text = label.with_value(&value, output);
                output.value(&text).context("standard output did not take it")
            }
            Self::File(file) => {
                let filled = file.fill(&value);
                filled.with_context(|| format!("{} did not take it", shown(&file.path)))
            }
        }
    }
}

/// What a value belongs to.
struct Label<'a> {
    name: &'a str,
    expires_at: Option<Timestamp>,
    replaced: Option<&'a Token>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<Replaced<'a>>,
}

#[derive(Serialize)]
struct Replaced<'a> {
    id: &'a str,
    name: Option<&'a str>,
}

impl Label<'_> {
    fn with_value(&self, value: &TokenValue, output: &Output) -> Zeroizing<String> {
        Zeroizing::new(match output.format() {
            Format::Json => self.json(Some(value.expose())),
            _ if output.stdout.is_terminal => format!("{}Token:    {}\n", self.text(), value.expose()),
            _ => format!("{}\n", value.expose()),
        })
    }

    fn without_value(&self, output: &Output) -> String {
        if output.format() == Format::Json {
            self.json(None)
        } else {
            self.text()
        }
    }

    fn text(&self) -> String {
        let expires = self.expires_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        format!("Name:     {}\nExpires:  {expires}\n", self.name)
    }

    fn json(&self, token: Option<&str>) -> String {
        let replaced = self.replaced.map(|old| Replaced {
            id: old.id.exact(),
            name: old.exact_name(),
        });
        let mut line = object(&View {
            name: self.name,
            token,
            expires_at: self.expires_at,
            replaced,
        });
        line.push('\n');
        line
    }
}

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
    let value = match create(new, client, interrupts).await {
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
    if let Err(why) = place.hand_over(value, &label, output) {
        drop(place);
        let found = look_up(new, None, client, interrupts).await;
        return Err(undelivered(new, Fate { is_made: true, found }, why, client));
    }
    if let Place::File(NewFile { path, .. }) = &place {
        output.note(format_args!(
            "The value is in {}. It cannot be shown again.",
            shown(path)
        ));
        output.data(&label.without_value(output)).map_err(|why| Error::Unsaid {
            name: new.name.to_string(),
            path: path.clone(),
            why: Box::new(why),
        })?;
    } else if output.stdout.is_terminal {
        output.warn("Save the value now: it cannot be shown again.");
    }
    Ok(())
}

async fn create(new: &NewToken, client: &Client, interrupts: &mut Interrupts) -> Result<TokenValue, NotCreated> {
    let creation = client.creation(new).map_err(NotCreated::Refused)?;
    tokio::select! {
        result = creation.send() => result,
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
        return Found::AnotherUsers(email.clone());
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
