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

use crate::api::{Client, Limits};
use crate::cli::{Command, Global};
use crate::error::Error;
use crate::interrupt::Interrupts;
use crate::output::{Format, Output};
use crate::prompt::Prompt;
use crate::settings::{Environment, Settings};

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

/// Runs a command that needs no platform; `None` when it does need one.
pub fn run_offline(command: &Command, context: &Context<'_>) -> Option<Result<(), Error>> {
    match command {
        Command::Completions(arguments) => Some(completions::run(arguments, context)),
        Command::Man(arguments) => Some(man::run(arguments, context)),
        _ => None,
    }
}

/// Runs a command that talks to the platform. Must be called on the runtime.
pub async fn run(command: Command, context: &Context<'_>) -> Result<(), Error> {
    let format = context.output.format();
    if !matches!(command, Command::List(_)) && !matches!(format, Format::Table | Format::Json) {
        return Err(Error::bad_input(
            "--output",
            "only `list` can be written in that format; others take table or json",
        ));
    }
    let mut interrupts = Interrupts::listen().map_err(Error::System)?;
    match command {
        Command::List(arguments) => {
            interrupts
                .or_cancel("the listing is not whole", list::run(&arguments, context))
                .await
        }
        Command::Create(arguments) => create::run(arguments, context, &mut interrupts).await,
        Command::Delete(arguments) => delete::run(arguments, context, &mut interrupts).await,
        Command::Rotate(arguments) => rotate::run(arguments, context, &mut interrupts).await,
        Command::RevokeAll(arguments) => revoke_all::run(&arguments, context, &mut interrupts).await,
        Command::Status(_) => interrupts.or_cancel("not all was checked", status::run(context)).await,
        Command::Completions(_) | Command::Man(_) => Ok(()),
    }
}

impl Context<'_> {
    /// A client of the platform that the settings name, with their sign-in refreshed where it has to be.
    pub async fn client(&self) -> Result<Client, Error> {
        let settings = self.settings()?;
        self.client_of(settings).await
    }

    /// The settings, with what is to be said of them said.
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
        let output = self.output;
        let client = |account| Client::new(account, limits, Box::new(move |one| output.trace(one)));
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
