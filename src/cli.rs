//! The command tree: what can be typed, and the help that says so. No behaviour.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueHint};
use email_address::EmailAddress;

use crate::age::Age;
use crate::api::TokenType;
use crate::output::{ColorChoice, Format};
use crate::secret::text_in_public;
use crate::select::Order;
use crate::token::TokenName;
use crate::when::When;

/// Personal access tokens of TrueFoundry, from a terminal or a script.
#[derive(Debug, Parser)]
#[command(
    name = "tfy-tokens",
    version,
    max_term_width = 100,
    long_about = "Personal access tokens of TrueFoundry, from a terminal or a script.\n\n\
        Data goes to standard output and talk to standard error. The value of a new token is shown exactly once; \
        nothing is deleted without a yes.",
    after_long_help = "Settings:\n  \
        TFY_BASE_URL (else TFY_HOST, else TFY_API_HOST) and TFY_API_KEY, from the environment or from .env in the\n  \
        working directory; else the sign-in of `tfy login`. `tfy-tokens status` says what is in use.\n\n\
        Exit codes:\n  \
        0 done                      4 no such token or user\n  \
        1 failed                    5 the name is taken\n  \
        2 wrong input, or no yes    6 the platform could not be reached: try again\n  \
        3 not signed in, or may not 7 a token may exist whose value was not delivered\n                              \
        130 cancelled\n\n\
        Examples:\n  \
        tfy-tokens list\n  \
        KEY=$(tfy-tokens create ci-run-81 --expires 1d)\n  \
        tfy-tokens delete --expired"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The platform's address; the key then has to come from the environment or belong to this address
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub base_url: Option<String>,
    /// How to write the result
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value = "table"
    )]
    pub output: Format,
    /// The longest that a request may take
    #[arg(long, global = true, value_name = "AGE", default_value = "60s")]
    pub timeout: Age,
    /// How often a request that can be repeated is repeated
    #[arg(long, global = true, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub retries: u32,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true
    )]
    pub color: ColorChoice,
    /// Never ask anything
    #[arg(long, global = true)]
    pub no_input: bool,
    /// No notes on standard error
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// A line on standard error for each request
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    List(List),
    Create(Create),
    Delete(Delete),
    Rotate(Rotate),
    RevokeAll(RevokeAll),
    Status(Status),
    Completions(Completions),
    Man(Man),
}

/// List your tokens
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
        tfy-tokens list --expires-within 14d          what will stop working soon\n  \
        tfy-tokens list --unused-for 90d --sort created\n  \
        tfy-tokens list -o json | jq -r '.[].name'\n  \
        tfy-tokens list --expired -o id | xargs tfy-tokens delete --yes")]
pub struct List {
    /// Only tokens whose name contains this
    #[arg(long, value_name = "TEXT", value_parser = text_in_public)]
    pub search: Option<String>,
    /// Only tokens that still work
    #[arg(long, conflicts_with = "expired")]
    pub active: bool,
    /// Only tokens that no longer work
    #[arg(long, conflicts_with = "expires_within")]
    pub expired: bool,
    /// Only tokens that stop working within this time, as 14d
    #[arg(long, value_name = "AGE")]
    pub expires_within: Option<Age>,
    /// Only tokens that nobody used for this long, as 90d; one never used counts from its creation
    #[arg(long, value_name = "AGE")]
    pub unused_for: Option<Age>,
    /// Sort by this; otherwise the platform's order is kept
    #[arg(long, value_name = "BY", value_enum)]
    pub sort: Option<Order>,
    /// The other way round
    #[arg(long)]
    pub reverse: bool,
}

/// Create a token and show its value, once
#[derive(Debug, Args)]
#[command(
    after_long_help = "The value goes to one place: standard output, or the file of --save. It cannot be shown again.\n\
        Where standard output is no terminal, it is the value and nothing else.\n\n\
        Examples:\n  \
        tfy-tokens create laptop --expires 90d\n  \
        KEY=$(tfy-tokens create ci-run-81 --expires 1d)\n  \
        tfy-tokens create deploy --expires 2026-12-31 --save deploy.token\n  \
        tfy-tokens create onboarding --for-user grace@acme.test"
)]
pub struct Create {
    /// 3 to 36 characters of a-z, 0-9 and `-`; asked for at a terminal
    pub name: Option<TokenName>,
    #[command(flatten)]
    pub expires: Expires,
    /// The kind of value; otherwise the platform's choice
    #[arg(long = "type", value_name = "TYPE", value_enum, conflicts_with = "for_user")]
    pub token_type: Option<TokenType>,
    /// The team it counts to
    #[arg(long, value_name = "TEAM", value_parser = text_in_public)]
    pub team: Option<String>,
    /// The account it counts to
    #[arg(long, value_name = "ACCOUNT", value_parser = text_in_public, conflicts_with = "for_user")]
    pub account: Option<String>,
    /// Create it for another user; takes a tenant admin's key
    #[arg(long, value_name = "EMAIL", value_hint = ValueHint::EmailAddress)]
    pub for_user: Option<EmailAddress>,
    #[command(flatten)]
    pub save: Save,
}

/// When a new token stops working.
#[derive(Debug, Args)]
pub struct Expires {
    /// When it stops working: 14d, 6mo, 1y, a date (through that day, UTC), an RFC 3339 time, or never
    #[arg(long = "expires", value_name = "WHEN")]
    pub when: Option<When>,
}

/// Where a value goes instead of standard output.
#[derive(Debug, Args)]
pub struct Save {
    /// Write the value to this new file, which only you can read
    #[arg(long = "save", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
}

/// Whether a question is answered beforehand.
#[derive(Debug, Args)]
pub struct Yes {
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,
}

/// Delete tokens, after a question
#[derive(Debug, Args)]
#[command(
    after_long_help = "A name or id must fit exactly one token; if one of several fits none or two, nothing is deleted.\n\
        Without any, a list to pick from is shown at a terminal.\n\n\
        Examples:\n  \
        tfy-tokens delete ci-pipeline old-laptop\n  \
        tfy-tokens delete --unused-for 90d --dry-run\n  \
        tfy-tokens delete --expired --yes"
)]
pub struct Delete {
    /// Exact names, or ids
    #[arg(value_name = "TOKEN", value_parser = NonEmptyStringValueParser::new())]
    pub tokens: Vec<String>,
    /// All that no longer work
    #[arg(long, conflicts_with = "tokens")]
    pub expired: bool,
    /// All that nobody used for this long, as 90d; one never used counts from its creation
    #[arg(long, value_name = "AGE", conflicts_with = "tokens")]
    pub unused_for: Option<Age>,
    /// Only show what would be deleted
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub yes: Yes,
    /// With --yes: also the token that this client signs in with
    #[arg(long)]
    pub include_current: bool,
}

/// Replace a token: create a new one, hand its value over, then delete the old one
#[derive(Debug, Args)]
#[command(
    after_long_help = "The old token is deleted last, after a question; if anything fails before, it lives.\n\
        Two tokens cannot share a name: the new one is the old name with -2, -3 … unless --as says otherwise.\n\
        Without --expires the new one lives as long from now as the old one did from its creation.\n\n\
        Examples:\n  \
        tfy-tokens rotate ci-pipeline\n  \
        tfy-tokens rotate deploy --as deploy-2027 --expires 1y --save deploy.token --yes"
)]
pub struct Rotate {
    /// Its exact name, or its id
    #[arg(value_name = "TOKEN", value_parser = NonEmptyStringValueParser::new())]
    pub token: String,
    /// The name of the new token
    #[arg(long = "as", value_name = "NAME")]
    pub new_name: Option<TokenName>,
    #[command(flatten)]
    pub expires: Expires,
    #[command(flatten)]
    pub save: Save,
    #[command(flatten)]
    pub yes: Yes,
}

/// Delete every token of a user; takes a tenant admin's key
#[derive(Debug, Args)]
#[command(after_long_help = "At a terminal the e-mail address has to be typed again.\n\n\
        Example:\n  \
        tfy-tokens revoke-all grace@acme.test")]
pub struct RevokeAll {
    /// Whose tokens
    #[arg(value_hint = ValueHint::EmailAddress)]
    pub email: EmailAddress,
    #[command(flatten)]
    pub yes: Yes,
}

/// Say what is set, whom it signs in, and whether the platform answers
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
        tfy-tokens status\n  \
        tfy-tokens status -o json | jq .signedInAs")]
pub struct Status {}

/// Print a script that completes commands, options and token names in a shell
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
        bash:        echo 'source <(tfy-tokens completions bash)' >> ~/.bashrc\n  \
        zsh:         echo 'source <(tfy-tokens completions zsh)' >> ~/.zshrc\n  \
        fish:        tfy-tokens completions fish > ~/.config/fish/completions/tfy-tokens.fish\n  \
        PowerShell:  tfy-tokens completions powershell >> $PROFILE\n  \
        elvish:      tfy-tokens completions elvish >> ~/.elvish/rc.elv")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell that can complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

/// Print the manual page, or write all pages into a folder
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
        tfy-tokens man | man -l -\n  \
        tfy-tokens man ~/.local/share/man/man1")]
pub struct Man {
    /// Write a page for each command here
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}
