//! One module per command. Commands ask and print; [`crate::tokens`] plans and applies.

pub mod completions;
mod confirm;
mod create;
mod delete;
mod list;
mod man;
mod revoke_all;
mod rotate;
mod status;

use std::future::ready;
use std::io;

use jiff::Timestamp;

use crate::api::{Client, Limits};
use crate::cli::{Command, Global};
use crate::error::{Failure, Kind};
use crate::output::Output;
use crate::prompt::Prompt;
use crate::settings::{Account, Settings};
use crate::signals::Signals;

/// Context of a command that sends requests.
pub struct Context<'a> {
    global: &'a Global,
    pub output: &'a Output,
    pub signals: Signals,
    /// Start time of the command.
    pub now: Timestamp,
}

pub fn run(command: Command, global: &Global, output: &Output) -> anyhow::Result<()> {
    if !matches!(command, Command::List(_)) {
        output.ensure_document_format()?;
    }
    match command {
        Command::List(arguments) => block_on(global, output, async |context| list::run(arguments, context).await),
        Command::Create(arguments) => block_on(global, output, async |context| create::run(arguments, context).await),
        Command::Delete(arguments) => block_on(global, output, async |context| delete::run(arguments, context).await),
        Command::Rotate(arguments) => block_on(global, output, async |context| rotate::run(arguments, context).await),
        Command::RevokeAll(arguments) => {
            block_on(global, output, async |context| revoke_all::run(arguments, context).await)
        }
        Command::Status(_) => block_on(global, output, async |context| status::run(context).await),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments, output),
    }
}

/// Runs a command that sends requests, with signal handlers.
fn block_on(
    global: &Global,
    output: &Output,
    command: impl AsyncFnOnce(&Context<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let cannot_start = |error: io::Error| Failure::new(Kind::Failed, "cannot start").caused_by(error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot_start)?;
    let result = runtime.block_on(async {
        let signals = Signals::listen().map_err(cannot_start)?;
        command(&Context { global, output, signals, now: Timestamp::now() }).await
    });
    // Does not wait for a thread that resolves a host name or reads from the terminal.
    runtime.shutdown_background();
    result
}

impl Context<'_> {
    /// Reads the settings and returns a client. Prints the warnings of the settings, and refreshes the login session if necessary.
    pub async fn client(&self) -> anyhow::Result<Client> {
        self.client_for(self.settings()?).await
    }

    pub fn settings(&self) -> anyhow::Result<Settings> {
        let settings = Settings::read(self.global.base_url.as_deref())?;
        for warning in &settings.warnings {
            self.output.warn(warning);
        }
        Ok(settings)
    }

    pub async fn client_for(&self, settings: Settings) -> anyhow::Result<Client> {
        let session = settings.login_in_use().filter(|session| session.is_stale(self.now)).cloned();
        let account = settings.account()?;
        let client = self.new_client(account.clone())?;
        let Some(session) = session else {
            return Ok(client);
        };
        let refresh = async |tenant: &str, token: &_| client.refresh(tenant, token).await;
        let session = session.refreshed(self.now, &self.signals, refresh).await;
        // A refresh ignores signals. If one arrived, the command stops before it prints or asks anything.
        let session = self.signals.or_interrupt(ready(session)).await?;
        self.new_client(account.with_session(&session)?)
    }

    fn new_client(&self, account: Account) -> anyhow::Result<Client> {
        let limits = Limits { timeout: self.global.timeout.0, retries: self.global.retries };
        let output = self.output.clone();
        Ok(Client::new(account, limits, Box::new(move |attempt| output.trace(attempt)))?)
    }

    /// Returns `None` if no terminal is available or `--no-input` is set.
    pub fn prompt(&self) -> Option<Prompt> {
        if self.global.no_input { None } else { Prompt::open() }
    }
}

/// Returns the failure for a missing argument if the program cannot prompt for it.
fn missing_argument(argument: &str, usage: &str) -> Failure {
    let message = format!("{argument} is required when not running interactively");
    Failure::new(Kind::Usage, message).hint(format!("run `{usage}`"))
}
