//! How a new value is handed over: the place is made ready, the platform is asked, the value is given once, or its fate is told.
//!
//! A [`TokenValue`] cannot be copied, and [`deliver`] is the only code that gets one: it ends in [`Place::hand_over`], which
//! consumes it. Whatever else happens to it ends in [`Error::Undelivered`], with what became of the token.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::age::relative;
use crate::api::{Client, NewToken, NotCreated};
use crate::error::{Error, Fate};
use crate::interrupt::Interrupts;
use crate::output::{Format, Output, object};
use crate::secret::TokenValue;
use crate::token::Token;

/// Where a value will go. It is made before the platform is asked, so that nothing is created that could not be delivered.
pub enum Place {
    /// Standard output.
    StandardOutput,
    /// A file of `--save`: new, empty, and readable by its owner alone.
    File { path: PathBuf, file: File },
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
        Ok(Self::File {
            path: path.to_owned(),
            file,
        })
    }

    /// Gives the value, and says on standard output what it is the value of.
    #[expect(clippy::needless_pass_by_value, reason = "a value that was handed over is gone")]
    fn hand_over(&mut self, value: TokenValue, label: &Label<'_>, output: &Output) -> anyhow::Result<()> {
        match self {
            Self::StandardOutput => {
                let text = label.with_value(&value, output);
                output.value(&text).context("standard output did not take it")
            }
            Self::File { path, file } => {
                let line = Zeroizing::new(format!("{}\n", value.expose()));
                let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_all());
                written.with_context(|| format!("{} did not take it", path.display()))
            }
        }
    }

    /// Takes back a file that got no value.
    fn give_up(self) {
        if let Self::File { path, file } = self {
            drop(file);
            let _ = std::fs::remove_file(path);
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
    output.note(said_back(new, Timestamp::now()));
    let value = match create(new, client, interrupts).await {
        Ok(value) => value,
        Err(NotCreated::Refused(error)) => {
            place.give_up();
            return Err(error);
        }
        Err(NotCreated::Unknown(error)) => {
            place.give_up();
            return Err(undelivered(new, anyhow!(error), client, interrupts).await);
        }
    };
    let label = Label {
        name: new.name.as_str(),
        expires_at: new.expires_at,
        replaced,
    };
    if let Err(error) = place.hand_over(value, &label, output) {
        place.give_up();
        return Err(undelivered(new, error, client, interrupts).await);
    }
    if let Place::File { path, .. } = &place {
        output.note(format_args!(
            "The value is in {}. It cannot be shown again.",
            path.display()
        ));
        output.data(&label.without_value(output))?;
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

/// Looks up what became of a token, and makes it the failure's message.
async fn undelivered(new: &NewToken, why: anyhow::Error, client: &Client, interrupts: &mut Interrupts) -> Error {
    let name = new.name.as_str();
    let fate = if let Some(email) = &new.for_user {
        Fate::AnotherUsers(email.clone())
    } else {
        let listing = client.pages(Some(name)).all();
        match interrupts.or_cancel("the token was not looked up", listing).await {
            Ok(tokens) => fate_among(tokens, name),
            Err(error) => Fate::Unknown(Box::new(error)),
        }
    };
    Error::Undelivered {
        name: name.to_owned(),
        fate,
        why,
    }
}

fn fate_among(tokens: Vec<Token>, name: &str) -> Fate {
    let found = tokens.into_iter().find(|token| token.exact_name() == Some(name));
    found.map_or(Fate::Absent, |token| Fate::Exists {
        id: token.id,
        created_at: token.created_at,
    })
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
