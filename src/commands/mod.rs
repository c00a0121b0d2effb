//! One module per command. Commands ask and print; [`crate::tokens`] plans and applies.

pub mod completions;
mod confirm;
mod create;
mod delete;
mod list;
mod login;
mod logout;
mod man;
mod mcp;
mod revoke_all;
mod rotate;
mod run;
mod status;

use std::future::ready;
use std::io;
#[cfg(unix)]
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::rc::Rc;

use jiff::Timestamp;

use crate::api::{Client, Event, Limits, Report};
use crate::cli::{Command, Global};
use crate::error::{Failure, Kind};
use crate::output::Output;
use crate::prompt::Prompt;
use crate::settings::{Account, BaseUrl, LoginSession, Settings, env};
use crate::signals::Signals;
use crate::thread;

/// Number of files that a command can open at least.
#[cfg(unix)]
const MIN_DESCRIPTORS: usize = 16;

/// Context of a command that sends requests.
pub struct Context<'a> {
    global: &'a Global,
    pub output: &'a Output,
    pub signals: Rc<Signals>,
    /// Start time of the command.
    pub now: Timestamp,
}

/// Runs a command and returns the exit code of its success.
pub fn run(command: Command, global: &Global, output: &Output) -> anyhow::Result<ExitCode> {
    if !matches!(command, Command::List(_)) {
        output.ensure_document_format()?;
    }
    match command {
        Command::List(arguments) => {
            return block_on_with(Signals::listen, global, output, async |context| list::run(arguments, context).await);
        }
        Command::Create(arguments) => block_on(global, output, async |context| create::run(arguments, context).await),
        // The futures of the longest commands would take much of the stack.
        Command::Delete(arguments) => {
            block_on(global, output, async |context| Box::pin(delete::run(arguments, context)).await)
        }
        Command::Rotate(arguments) => {
            block_on(global, output, async |context| Box::pin(rotate::run(arguments, context)).await)
        }
        Command::Run(arguments) => {
            return block_on_with(Signals::listen_until_end, global, output, async |context| {
                Box::pin(run::run(arguments, context)).await
            });
        }
        Command::RevokeAll(arguments) => {
            block_on(global, output, async |context| revoke_all::run(arguments, context).await)
        }
        Command::Login(arguments) => block_on(global, output, async |context| login::run(arguments, context).await),
        Command::Logout(_) => block_on(global, output, async |context| logout::run(context).await),
        Command::Status(_) => block_on(global, output, async |context| status::run(context).await),
        // Clients send several signals. The server ends at the first one, but finishes a creation that was sent.
        Command::Mcp(arguments) => {
            block_on_with(Signals::listen_until_end, global, output, async |context| mcp::run(arguments, context).await)
        }
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments, output),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Runs a command that sends requests. A second signal ends it at once.
fn block_on(
    global: &Global,
    output: &Output,
    command: impl AsyncFnOnce(&Context<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    block_on_with(Signals::listen, global, output, command)
}

/// Runs a command that sends requests, with the signal handlers that `listen` installs.
fn block_on_with<T>(
    listen: impl FnOnce() -> io::Result<Signals>,
    global: &Global,
    output: &Output,
    command: impl AsyncFnOnce(&Context<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    ensure_descriptors()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot_start)?;
    let result = runtime.block_on(async {
        let signals = Rc::new(listen().map_err(cannot_start)?);
        command(&Context { global, output, signals, now: Timestamp::now() }).await
    });
    // Does not wait for a thread that resolves a host name or reads from the terminal.
    runtime.shutdown_background();
    result
}

/// Fails if the program cannot open the files and connections that a request needs. Libraries would panic, or report that
/// certificates are missing.
#[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "fails on Unix"))]
fn ensure_descriptors() -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use crate::error::RAISE_LIMIT;
        let stderr = io::stderr();
        let spare: io::Result<Vec<_>> = (0..MIN_DESCRIPTORS).map(|_| stderr.as_fd().try_clone_to_owned()).collect();
        spare.map_err(|error| cannot_start(error).hint(RAISE_LIMIT))?;
    }
    Ok(())
}

/// Fails if no thread can be started that resolves the host name of a server. The HTTP library would panic.
fn ensure_thread(host: &BaseUrl) -> Result<(), Failure> {
    if host.is_loopback() { Ok(()) } else { thread::start(|| ()).map(drop) }
}

fn cannot_start(error: io::Error) -> Failure {
    Failure::new(Kind::Failed, "cannot start").caused_by(error)
}

impl Context<'_> {
    /// Reads the settings and returns a client. Prints the warnings of the settings, and refreshes the login session if necessary.
    pub async fn client(&self) -> anyhow::Result<Client> {
        self.client_for(self.settings().await?).await
    }

    pub async fn settings(&self) -> anyhow::Result<Settings> {
        let read = Settings::read(self.global.base_url.as_deref());
        let settings = self.signals.or_interrupt(read).await?;
        for warning in &settings.warnings {
            self.output.warn(warning);
        }
        // The login session may belong to another server than `.env` names.
        if let Some(warning) = &settings.important_warning {
            self.output.alert(warning);
        }
        Ok(settings)
    }

    pub async fn client_for(&self, settings: Settings) -> anyhow::Result<Client> {
        let session = settings.login_in_use().cloned();
        self.client_of(settings.account()?, session).await
    }

    /// Returns a client for an account. `session` is the login session that the API key belongs to, if any.
    pub async fn client_of(&self, account: Account, session: Option<LoginSession>) -> anyhow::Result<Client> {
        ensure_thread(&account.base_url)?;
        let client = Client::new(account, self.limits(), self.report())?;
        let Some(session) = session else {
            return Ok(client);
        };
        let client = client.with_login(session, self.now, Rc::clone(&self.signals));
        let client = self.signals.or_interrupt(client).await;
        // A signal that arrived during a refresh ends the command before it prints or asks anything.
        self.signals.or_interrupt(ready(client)).await
    }

    pub fn limits(&self) -> Limits {
        Limits { timeout: self.global.timeout.0, retries: self.global.retries }
    }

    pub fn report(&self) -> Report {
        let output = self.output.clone();
        Rc::new(move |event| match event {
            Event::Attempt(attempt) => output.trace(&attempt),
            Event::Warning(warning) => output.warn(warning),
        })
    }

    /// Returns `None` if no terminal is available, `--no-input` is set, or a variable turns prompts off.
    pub fn prompt(&self) -> Option<Prompt> {
        let is_off = self.global.no_input || self.no_prompts_variable().is_some();
        if is_off { None } else { Prompt::open() }
    }

    /// Returns a failure because the program cannot prompt for `what`. If a variable turns prompts off at a terminal, names it.
    fn cannot_prompt(&self, kind: Kind, what: &str) -> Failure {
        let variable = self.no_prompts_variable().filter(|_| Prompt::open().is_some());
        let cause = variable.map(|name| format!("prompts are off because {name} is set"));
        Failure::new(kind, format!("{what} when not running interactively")).with_causes(cause)
    }

    fn no_prompts_variable(&self) -> Option<&'static str> {
        env::NO_PROMPTS.into_iter().find(|name| !self.global.no_input && env::is_on(name))
    }

    /// Returns the failure for a missing argument if the program cannot prompt for it.
    fn missing_argument(&self, argument: &str, usage: &str) -> Failure {
        self.cannot_prompt(Kind::Usage, &format!("{argument} is required")).hint(format!("run `{usage}`"))
    }
}
