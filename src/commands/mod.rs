//! One file a command: its arguments in, calls to the client, a result out.

pub mod completions;
mod create;
mod delete;
mod list;
mod man;
mod removal;
mod revoke_all;
mod rotate;
mod status;

use jiff::Timestamp;

use crate::api::{Client, Limits, Pages};
use crate::cli::{Command, Global};
use crate::environment::Environment;
use crate::error::Error;
use crate::interrupt::Interrupts;
use crate::output::{Format, Output, Progress};
use crate::prompt::Prompt;
use crate::runtime;
use crate::settings::Settings;
use crate::token::Token;

/// What a command works with.
pub struct Context<'a> {
    /// The command line's global options.
    pub global: &'a Global,
    /// The variables.
    pub environment: &'a Environment,
    /// Where everything is printed.
    pub output: Output,
    /// The time the command began at.
    pub now: Timestamp,
}

/// Runs the command.
pub fn run(command: Command, context: &Context<'_>) -> Result<(), Error> {
    let takes_any_format = matches!(command, Command::List(_));
    if !takes_any_format && !matches!(context.output.format(), Format::Table | Format::Json) {
        return Err(Error::bad_input(
            "--output",
            "only `list` can be written in that format; others take table or json",
        ));
    }
    match command {
        Command::List(arguments) => online(async |interrupts| {
            let listing = list::run(&arguments, context);
            interrupts.or_cancel("the listing is incomplete", listing).await
        }),
        Command::Create(arguments) => online(async |interrupts| create::run(arguments, context, interrupts).await),
        Command::Delete(arguments) => online(async |interrupts| delete::run(arguments, context, interrupts).await),
        Command::Rotate(arguments) => online(async |interrupts| rotate::run(arguments, context, interrupts).await),
        Command::RevokeAll(arguments) => {
            online(async |interrupts| revoke_all::run(&arguments, context, interrupts).await)
        }
        Command::Status(_) => {
            online(async |interrupts| interrupts.or_cancel("not all was checked", status::run(context)).await)
        }
        Command::Completions(arguments) => completions::run(&arguments, context),
        Command::Man(arguments) => man::run(&arguments, context),
    }
}

/// All tokens of a listing, which `progress` tells of as they come.
async fn all(mut pages: Pages<'_>, progress: &Progress) -> Result<Vec<Token>, Error> {
    let mut tokens = Vec::new();
    while let Some(page) = pages.next().await? {
        tokens.extend(page);
        progress.set(tokens.len(), pages.total());
    }
    Ok(tokens)
}

/// Runs what talks to the platform, and listens for Ctrl-C meanwhile.
fn online(work: impl AsyncFnOnce(&mut Interrupts) -> Result<(), Error>) -> Result<(), Error> {
    let heard = async {
        let mut interrupts = Interrupts::listen().map_err(Error::System)?;
        work(&mut interrupts).await
    };
    runtime::block_on(heard).map_err(Error::System)?
}

impl Context<'_> {
    /// A client of the platform that the settings name, with their sign-in refreshed where it has to be.
    pub async fn client(&self) -> Result<Client, Error> {
        let settings = self.settings()?;
        self.client_of(settings).await
    }

    /// The settings. Their warnings are printed.
    pub fn settings(&self) -> Result<Settings, Error> {
        let settings = Settings::find(self.global.base_url.as_deref(), self.environment)?;
        for warning in &settings.warnings {
            self.output.warn(warning);
        }
        Ok(settings)
    }

    /// A client of the platform that these settings name.
    pub async fn client_of(&self, settings: Settings) -> Result<Client, Error> {
        let timeout = self
            .global
            .timeout
            .length(self.now)
            .map_err(|why| Error::bad_input("--timeout", why))?;
        let limits = Limits {
            timeout,
            retries: self.global.retries,
        };
        let client = |account| {
            let output = self.output.clone();
            Client::new(account, limits, Box::new(move |one| output.trace(one)))
        };
        let account = settings
            .account(self.now, async |account, request| {
                client(account.clone())?.refresh(request).await
            })
            .await?;
        client(account)
    }

    /// The terminal to ask at, where there is one and it may be used.
    pub fn prompt(&self) -> Option<Prompt> {
        if self.global.no_input {
            None
        } else {
            Prompt::open(self.environment)
        }
    }

    /// The terminal to ask at, or none where the question is answered beforehand. Without either the command must not begin.
    pub fn confirmation(&self, yes: bool, what: &str) -> Result<Option<Prompt>, Error> {
        if yes {
            return Ok(None);
        }
        self.prompt()
            .map(Some)
            .ok_or_else(|| Error::Unconfirmed { what: what.to_owned() })
    }
}
