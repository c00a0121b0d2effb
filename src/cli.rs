//! The command line: commands, options and their help.

mod help;
pub mod raw_arguments;
pub mod usage;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::aot::Shell;
use email_address::EmailAddress;
use help::{examples, headed};

use crate::output::{ColorChoice, Format};
use crate::secret::parse_public_text;
use crate::select::{Filter, Order};
use crate::settings::env::parse_variable;
use crate::time::{ExpiryArg, Timeout};
use crate::token::TokenType;
use crate::token_name::TokenName;

/// Manage TrueFoundry personal access tokens
///
/// Results are written to standard output; prompts, notes and errors go to standard error. The value of a new token is printed
/// only once. Tokens are deleted only after confirmation, or with --yes.
#[derive(Debug, Parser)]
#[command(
    name = "tfy-tokens",
    version,
    propagate_version = true,
    args_override_self = true,
    max_term_width = 100,
    after_help = examples(include_str!("cli/help/program.txt")),
    after_long_help = headed(include_str!("cli/help/program.txt"))
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Base URL of the server
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub base_url: Option<String>,
    /// Output format
    #[arg(short, long, global = true, value_name = "FORMAT", value_enum, default_value = "table")]
    pub output: Format,
    /// Time limit for each request attempt
    ///
    /// DURATION is a number and a unit (ms, s, min, h, d, w, mo or y), such as 90s or 5min.
    #[arg(long, global = true, value_name = "DURATION", default_value = "60s", allow_hyphen_values = true)]
    pub timeout: Timeout,
    /// Number of retries if the server is busy or cannot be reached
    #[arg(long, global = true, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub retries: u32,
    /// When to use color: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value = "auto", hide_possible_values = true)]
    pub color: ColorChoice,
    /// Disable interactive prompts
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Suppress notes and all but the most important warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Log each request to standard error
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    List(List),
    Create(Create),
    Delete(Delete),
    Rotate(Rotate),
    Run(Run),
    RevokeAll(RevokeAll),
    Login(Login),
    Logout(Logout),
    Status(Status),
    Mcp(Mcp),
    Completions(Completions),
    Man(Man),
}

/// List your tokens
///
/// A token must match all filters. If tokens are created or deleted while the list is read, it is still complete, or the command
/// fails.
#[derive(Debug, Args)]
#[command(
    visible_alias = "ls",
    after_help = examples(include_str!("cli/help/list.txt")), after_long_help = headed(include_str!("cli/help/list.txt"))
)]
pub struct List {
    #[command(flatten)]
    pub filter: Filter,
    /// Sort by a field [default: the order returned by the server]
    #[arg(long, value_name = "FIELD", value_enum)]
    pub sort: Option<Order>,
    /// Reverse the order
    #[arg(long)]
    pub reverse: bool,
    /// Exit with code 10 if at least one token is listed
    #[arg(long)]
    pub exit_code: bool,
}

/// Create a token and print its value once
///
/// The value is printed to standard output or, with --save, written to a new file. It cannot be shown again. If standard output is
/// not a terminal, only the value is printed.
///
/// Without --expires, the token never expires, unless the server limits the lifetime of tokens.
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/create.txt")), after_long_help = headed(include_str!("cli/help/create.txt")))]
pub struct Create {
    /// Name of the new token; prompts for it if omitted
    ///
    /// Names are 3 to 36 characters long (a-z, 0-9 and -), start with a letter, and end with a letter or digit.
    pub name: Option<TokenName>,
    #[command(flatten)]
    pub expires: Expires,
    /// Type of the token [default: chosen by the server]
    #[arg(long = "type", value_name = "TYPE", value_enum, conflicts_with = "for_user")]
    pub token_type: Option<TokenType>,
    /// Team that owns the token
    #[arg(long, value_name = "TEAM", value_parser = parse_public_text)]
    pub team: Option<String>,
    /// Account that owns the token
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_public_text, conflicts_with = "for_user")]
    pub account: Option<String>,
    /// Create the token for another user (tenant admins only)
    #[arg(long, value_name = "EMAIL", value_hint = ValueHint::EmailAddress, value_parser = parse_email)]
    pub for_user: Option<EmailAddress>,
    #[command(flatten)]
    pub save: Save,
}

#[derive(Debug, Args)]
pub struct Expires {
    /// When the token expires, such as 90d, 2026-12-31 or never
    ///
    /// EXPIRY is a duration from now (90s, 36h, 14d, 12w, 6mo, 1y), a date (the token is valid until the end of that day, UTC),
    /// an RFC 3339 timestamp, or `never`.
    #[arg(long = "expires", value_name = "EXPIRY", allow_hyphen_values = true)]
    pub expiry: Option<ExpiryArg>,
}

#[derive(Debug, Args)]
pub struct Save {
    /// Write the value to a new file, readable only by you, instead of standard output
    #[arg(long = "save", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Yes {
    /// Skip the confirmation prompt (required when not interactive)
    #[arg(short, long)]
    pub yes: bool,
}

/// Delete tokens
///
/// Pass names and IDs, or filters. A token must match all filters. Every TOKEN must match exactly one token; otherwise no token is
/// deleted. The matching tokens are shown before you confirm. Deletion cannot be undone.
#[derive(Debug, Args)]
#[command(
    visible_alias = "rm",
    alias = "remove",
    after_help = examples(include_str!("cli/help/delete.txt")), after_long_help = headed(include_str!("cli/help/delete.txt"))
)]
pub struct Delete {
    /// Names or IDs of the tokens to delete; without names and filters, choose from a list
    #[arg(value_name = "TOKEN", value_parser = parse_public_text, conflicts_with = "Filter")]
    pub tokens: Vec<String>,
    #[command(flatten)]
    pub filter: Filter,
    /// Show the tokens without deleting them
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub yes: Yes,
    /// With --yes, also delete the token that you are authenticated with
    #[arg(long)]
    pub include_current: bool,
    /// Treat tokens that do not exist as deleted
    #[arg(long)]
    pub ignore_not_found: bool,
}

/// Replace a token with a new one and delete the old one
///
/// The old token is deleted last, after confirmation. If an earlier step fails, the old token is kept. Without --expires, the new
/// token gets the same lifetime as the old one, counted from now. It keeps the type, the team and the account.
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/rotate.txt")), after_long_help = headed(include_str!("cli/help/rotate.txt")))]
pub struct Rotate {
    /// Name or ID of the old token
    #[arg(value_name = "TOKEN", value_parser = parse_public_text)]
    pub token: String,
    /// Name of the new token [default: the old name with -2, -3 and so on]
    #[arg(long = "as", value_name = "NAME")]
    pub new_name: Option<TokenName>,
    #[command(flatten)]
    pub expires: Expires,
    #[command(flatten)]
    pub save: Save,
    /// Keep the old token
    #[arg(long)]
    pub keep_old: bool,
    /// Show what would be created and deleted without doing it
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub yes: Yes,
}

/// Run a command with a token that is deleted when the command ends
///
/// COMMAND gets the token in `TFY_API_KEY`, and the base URL in `TFY_BASE_URL` and `TFY_HOST`. Everything after COMMAND is passed to
/// it unchanged. COMMAND shares the terminal and gets all signals. The exit code is that of COMMAND, or 128 + N if signal N ended it.
///
/// The token is deleted as soon as COMMAND ends, even if COMMAND leaves a process in the background that still uses it. If the token
/// cannot be deleted, a warning is printed, and the token expires by itself. If COMMAND runs longer than --expires, the token expires
/// before COMMAND ends.
///
/// This command is for development. On most servers, only a login session can create a token. In CI and production, use a virtual
/// account token instead.
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/run.txt")), after_long_help = headed(include_str!("cli/help/run.txt")))]
pub struct Run {
    /// Name of the token [default: run-COMMAND- and 8 random characters]
    #[arg(long, value_name = "NAME")]
    pub name: Option<TokenName>,
    /// When the token expires if it cannot be deleted, such as 8h or 2026-12-31
    ///
    /// EXPIRY is a duration from now (90s, 36h, 14d, 12w, 6mo, 1y), a date (the token is valid until the end of that day, UTC), or
    /// an RFC 3339 timestamp.
    #[arg(long, value_name = "EXPIRY", default_value = "1d", allow_hyphen_values = true)]
    pub expires: ExpiryArg,
    /// Type of the token [default: chosen by the server]
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    pub token_type: Option<TokenType>,
    /// Team that owns the token
    #[arg(long, value_name = "TEAM", value_parser = parse_public_text)]
    pub team: Option<String>,
    /// Account that owns the token
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_public_text)]
    pub account: Option<String>,
    /// Set another environment variable to the token; can be repeated
    ///
    /// If a program reads `ANTHROPIC_AUTH_TOKEN`, set `ANTHROPIC_BASE_URL` to the URL of the AI gateway before you run this command.
    #[arg(long, value_name = "VAR", value_parser = parse_variable)]
    pub env: Vec<String>,
    /// Set `OPENAI_BASE_URL` to the URL of the AI gateway, and `OPENAI_API_KEY` to the token
    ///
    /// The website shows the URL of your gateway. It cannot be derived from the base URL.
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub gateway: Option<String>,
    /// Command to run, and its arguments
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true, value_hint = ValueHint::CommandWithArguments)]
    pub command: Vec<OsString>,
}

/// Delete all tokens of a user (tenant admins only)
///
/// You must type the email address again to confirm. The server lists only your own tokens, so the tokens of another user are not
/// shown.
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/revoke-all.txt")), after_long_help = headed(include_str!("cli/help/revoke-all.txt")))]
pub struct RevokeAll {
    /// Email address of the user
    #[arg(value_hint = ValueHint::EmailAddress, value_parser = parse_email)]
    pub email: EmailAddress,
    /// Show what would be deleted without deleting it
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub yes: Yes,
}

/// Log in with your browser
///
/// Prints the address of a page and a code, and opens the page in your browser if there is one. When you have confirmed the code on the
/// page, the session is stored in ~/.truefoundry/credentials.json, which the `tfy` CLI uses as well. It is refreshed when necessary.
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/login.txt")), after_long_help = headed(include_str!("cli/help/login.txt")))]
pub struct Login {
    /// Address of the TrueFoundry website [default: the base URL of the settings]
    #[arg(value_name = "HOST", value_hint = ValueHint::Url)]
    pub host: Option<String>,
    /// Do not open a browser
    #[arg(long, conflicts_with = "with_key")]
    pub no_browser: bool,
    /// Read an API key from standard input instead, without echo at a terminal
    #[arg(long)]
    pub with_key: bool,
}

/// Remove the login session from this machine
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/logout.txt")), after_long_help = headed(include_str!("cli/help/logout.txt")))]
pub struct Logout {}

/// Show the active configuration and check that it works
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/status.txt")), after_long_help = headed(include_str!("cli/help/status.txt")))]
pub struct Status {}

/// Serve the tool calls of AI agents
///
/// Speaks the Model Context Protocol on standard input and output. AI agents can show the configuration and list tokens. Before a token
/// is created or deleted, the client of the agent asks you to approve it. The client answers for you: check its hooks and its settings
/// for automatic approval.
///
/// The value of a new token is written to a new file that only you can read, and the agent gets the path. Set the variables
/// with your settings in the environment that the client gives to its servers, or log in.
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/mcp.txt")), after_long_help = headed(include_str!("cli/help/mcp.txt")))]
pub struct Mcp {
    /// Offer only the tools that change nothing
    #[arg(long)]
    pub read_only: bool,
    /// Give the value of a new token to the agent instead of writing it to a file
    #[arg(long)]
    pub show_values: bool,
    /// Directory for the files with values [default: $XDG_RUNTIME_DIR/tfy-tokens or ~/.local/state/tfy-tokens]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "show_values")]
    pub save_dir: Option<PathBuf>,
}

/// Generate a shell completion script
///
/// The script completes commands, options and the names of your tokens. Add the line for your shell to the end of its startup file:
/// ~/.bashrc, ~/.zshrc, $PROFILE of PowerShell, or ~/.config/elvish/rc.elv. Run the line for fish once.
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/completions.txt")), after_long_help = headed(include_str!("cli/help/completions.txt")))]
pub struct Completions {
    /// Shell to generate the script for
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Show the manual, or generate manual pages
#[derive(Debug, Args)]
#[command(after_help = examples(include_str!("cli/help/man.txt")), after_long_help = headed(include_str!("cli/help/man.txt")))]
pub struct Man {
    /// Directory for one page per command; created if missing
    ///
    /// Without DIR, the main page is shown at a terminal and otherwise printed.
    pub dir: Option<PathBuf>,
}

/// Error returned when parsing an email address fails. It replaces the library's errors, which describe a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an email address such as ada@acme.test")]
pub struct InvalidEmail;

pub fn parse_email(text: &str) -> Result<EmailAddress, InvalidEmail> {
    // Rejects `Ada <ada@acme.test>`, which mail programs show, and addresses with an IP address.
    let options = email_address::Options::default().without_display_text().without_domain_literal();
    EmailAddress::parse_with_options(text, options).map_err(|_| InvalidEmail)
}
