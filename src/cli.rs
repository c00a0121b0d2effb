//! The command tree: what can be typed, and the help that says so. No behaviour.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::aot::Shell;
use email_address::EmailAddress;

use crate::age::Age;
use crate::email::address;
use crate::output::{ColorChoice, Format};
use crate::secret::text_in_public;
use crate::select::Order;
use crate::token::{TokenName, TokenType};
use crate::when::When;

/// Personal access tokens of TrueFoundry, from a terminal or a script.
#[derive(Debug, Parser)]
#[command(
    name = "tfy-tokens",
    version,
    propagate_version = true,
    args_override_self = true,
    max_term_width = 100,
    long_about = "Personal access tokens of TrueFoundry, from a terminal or a script.\n\n\
        Data goes to standard output, messages to standard error. The value of a new token is shown exactly once; \
        nothing is deleted without a yes.",
    after_long_help = include_str!("cli/after_help.txt")
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options that narrow a listing down.
const FILTERS: &str = "Filters";

/// Options that choose the tokens to delete.
const IN_PLACE_OF_NAMES: &str = "In place of names";

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The platform's address, instead of the one that is set
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub base_url: Option<String>,
    /// Format of the result
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value = "table"
    )]
    pub output: Format,
    /// The longest that one request may take
    ///
    /// AGE: 90s, 36h, 14d, 12w, 6mo, 1y
    #[arg(
        long,
        global = true,
        value_name = "AGE",
        default_value = "60s",
        allow_hyphen_values = true
    )]
    pub timeout: Age,
    /// How many times to retry when the platform is busy or cannot be reached
    #[arg(long, global = true, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub retries: u32,
    /// When to use colour: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "MODE",
        value_enum,
        default_value = "auto",
        hide_possible_values = true
    )]
    pub color: ColorChoice,
    /// Never ask a question
    #[arg(long, global = true)]
    pub no_input: bool,
    /// No notes and no warnings on standard error
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// One line on standard error for each request
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
#[command(
    visible_alias = "ls",
    after_long_help = "Examples:\n  \
        tfy-tokens list --expires-within 14d\n  \
        tfy-tokens list --unused-for 90d --sort created\n  \
        tfy-tokens list -o json | jq -r '.[].name'\n  \
        tfy-tokens list --search ci- -o id | xargs -r tfy-tokens delete --yes"
)]
pub struct List {
    /// Only tokens whose name contains this
    #[arg(long, help_heading = FILTERS, value_name = "TEXT", value_parser = text_in_public)]
    pub search: Option<String>,
    /// Only tokens that still work
    #[arg(long, help_heading = FILTERS, conflicts_with = "expired")]
    pub active: bool,
    /// Only tokens that have expired
    #[arg(long, help_heading = FILTERS, conflicts_with = "expires_within")]
    pub expired: bool,
    /// Only tokens that expire within this time, such as 14d
    #[arg(long, help_heading = FILTERS, value_name = "AGE", allow_hyphen_values = true)]
    pub expires_within: Option<Age>,
    /// Only tokens not used for this long, such as 90d; one never used counts from its creation
    #[arg(long, help_heading = FILTERS, value_name = "AGE", allow_hyphen_values = true)]
    pub unused_for: Option<Age>,
    /// Sort by this, instead of keeping the platform's order
    #[arg(long, value_name = "BY", value_enum)]
    pub sort: Option<Order>,
    /// Reverse the order
    #[arg(long)]
    pub reverse: bool,
}

/// Create a token and show its value, exactly once
#[derive(Debug, Args)]
#[command(
    after_long_help = "The value goes to one place: standard output, or the file of --save. It cannot be shown again. \
        Where standard output is not a terminal, it is the value and nothing else. Without --expires the \
        token never expires, unless the platform limits how old a token may get.\n\n\
        Examples:\n  \
        tfy-tokens create laptop --expires 90d\n  \
        KEY=$(tfy-tokens create ci-run-81 --expires 1d)\n  \
        tfy-tokens create deploy --expires 2026-12-31 --save deploy.token\n  \
        tfy-tokens create onboarding --for-user grace@acme.test"
)]
pub struct Create {
    /// 3 to 36 characters of a-z, 0-9 and `-`, a letter first; asked for at a terminal when left out
    pub name: Option<TokenName>,
    #[command(flatten)]
    pub expires: Expires,
    /// The kind of token, instead of the platform's choice
    #[arg(long = "type", value_name = "TYPE", value_enum, conflicts_with = "for_user")]
    pub token_type: Option<TokenType>,
    /// The team it belongs to
    #[arg(long, value_name = "TEAM", value_parser = text_in_public)]
    pub team: Option<String>,
    /// The account it belongs to
    #[arg(long, value_name = "ACCOUNT", value_parser = text_in_public, conflicts_with = "for_user")]
    pub account: Option<String>,
    /// Create it for another user (needs a tenant admin's key)
    #[arg(long, value_name = "EMAIL", value_hint = ValueHint::EmailAddress, value_parser = address)]
    pub for_user: Option<EmailAddress>,
    #[command(flatten)]
    pub save: Save,
}

/// When a new token stops working.
#[derive(Debug, Args)]
pub struct Expires {
    /// When it expires, such as 90d, 2026-12-31 or never
    ///
    /// WHEN: an AGE from now, 2026-12-31 (through that day, UTC), an RFC 3339 time, or never
    #[arg(long = "expires", value_name = "WHEN", allow_hyphen_values = true)]
    pub when: Option<When>,
}

/// Where a value goes instead of standard output.
#[derive(Debug, Args)]
pub struct Save {
    /// Write the value to this new file, which only you can read, instead of standard output
    #[arg(long = "save", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
}

/// Whether a question is answered beforehand.
#[derive(Debug, Args)]
pub struct Yes {
    /// Do it without asking; needed where there is no terminal to ask at
    #[arg(short, long)]
    pub yes: bool,
}

/// Delete tokens, after asking
#[derive(Debug, Args)]
#[command(
    visible_alias = "rm",
    alias = "remove",
    after_long_help = "Each name or id must fit exactly one token, else nothing at all is deleted. What is about to go is \
        shown first, and anything but a yes keeps it. A deleted token cannot be brought back.\n\n\
        Examples:\n  \
        tfy-tokens delete\n  \
        tfy-tokens delete ci-pipeline old-laptop\n  \
        tfy-tokens delete --unused-for 90d --dry-run\n  \
        tfy-tokens delete --expired --yes"
)]
pub struct Delete {
    /// Exact names or ids; picked from a list at a terminal when left out
    #[arg(value_name = "TOKEN", value_parser = text_in_public)]
    pub tokens: Vec<String>,
    /// All tokens that have expired
    #[arg(long, help_heading = IN_PLACE_OF_NAMES, conflicts_with = "tokens")]
    pub expired: bool,
    /// All tokens not used for this long, such as 90d; one never used counts from its creation
    #[arg(long, help_heading = IN_PLACE_OF_NAMES, value_name = "AGE", conflicts_with = "tokens", allow_hyphen_values = true)]
    pub unused_for: Option<Age>,
    /// Show what would be deleted, and delete nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub yes: Yes,
    /// With --yes, also delete the token that this client signs in with
    #[arg(long)]
    pub include_current: bool,
}

/// Replace a token by a new one, then delete the old one
#[derive(Debug, Args)]
#[command(
    after_long_help = "The old token is deleted last, after a question; if anything fails before that, it lives. Without \
        --expires the new one lives as long from now as the old one did from its creation. It has the platform's default \
        type and team.\n\n\
        Examples:\n  \
        tfy-tokens rotate ci-pipeline\n  \
        tfy-tokens rotate deploy --as deploy-2027 --expires 1y --save new.token"
)]
pub struct Rotate {
    /// Its exact name or its id
    #[arg(value_name = "TOKEN", value_parser = text_in_public)]
    pub token: String,
    /// The new token's name, instead of the old name with -2, -3 …
    #[arg(long = "as", value_name = "NAME")]
    pub new_name: Option<TokenName>,
    #[command(flatten)]
    pub expires: Expires,
    #[command(flatten)]
    pub save: Save,
    #[command(flatten)]
    pub yes: Yes,
}

/// Delete every token of a user (needs a tenant admin's key)
#[derive(Debug, Args)]
#[command(after_long_help = "To confirm, the e-mail address has to be typed again.\n\n\
        Examples:\n  \
        tfy-tokens revoke-all grace@acme.test\n  \
        tfy-tokens revoke-all grace@acme.test --yes")]
pub struct RevokeAll {
    /// The user's e-mail address
    #[arg(value_hint = ValueHint::EmailAddress, value_parser = address)]
    pub email: EmailAddress,
    #[command(flatten)]
    pub yes: Yes,
}

/// Show the settings in use, and check that the platform takes them
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
        tfy-tokens status\n  \
        tfy-tokens status -o json | jq .signedInAs")]
pub struct Status {}

/// Print a shell's completion script, token names included
#[derive(Debug, Args)]
#[command(after_long_help = include_str!("cli/completions.txt"))]
pub struct Completions {
    /// The shell to complete in
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Print the manual page, or write a page for each command
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
        tfy-tokens man | man -l -\n  \
        tfy-tokens man ~/.local/share/man/man1")]
pub struct Man {
    /// The folder to write the pages into; created if missing
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}
