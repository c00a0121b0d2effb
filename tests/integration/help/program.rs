//! The help of the program.

use super::{output, program};
use crate::support::snapshot;

#[test]
fn program_has_short_help() {
    snapshot!(program("-h"), @"
    exit: 0
    --- stdout
    Manage TrueFoundry personal access tokens

    Usage: tfy-tokens [OPTIONS] <COMMAND>

    Commands:
      list         List your tokens [alias: ls]
      create       Create a token and print its value once
      delete       Delete tokens [alias: rm]
      rotate       Replace a token with a new one and delete the old one
      revoke-all   Delete all tokens of a user (tenant admins only)
      status       Show the active configuration and check that it works
      completions  Generate a shell completion script
      man          Generate manual pages
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Global options:
          --base-url <URL>      Base URL of the server
      -o, --output <FORMAT>     Output format [default: table] [possible values: table, json, jsonl,
                                csv, id]
          --timeout <DURATION>  Time limit for each request attempt [default: 60s]
          --retries <N>         Number of retries if the server is busy or cannot be reached [default:
                                2]
          --color <WHEN>        When to use color: auto, always or never [default: auto]
          --no-input            Disable interactive prompts
      -q, --quiet               Suppress notes and warnings
      -v, --verbose             Log each request to standard error
    ");
}

#[test]
fn program_has_long_help() {
    let help = output("--help");
    let short = output("-h");
    let (commands, _) = short.split_once("\nOptions:").unwrap();
    let (_, commands) = commands.split_once("\n\nUsage").unwrap();
    assert!(help.contains(commands), "{help}");
    let (description, _) = help.split_once("\n\nUsage").unwrap();
    insta::assert_snapshot!(description, @"
    Manage TrueFoundry personal access tokens

    Results are written to standard output; prompts, notes and errors go to standard error. The value of
    a new token is printed only once. Tokens are deleted only after confirmation, or with --yes.
    ");
    let (_, sections) = help.split_once("\nEnvironment:").unwrap();
    insta::assert_snapshot!(sections, @"

      TFY_BASE_URL    base URL of the server (also: TFY_HOST, TFY_API_HOST)
      TFY_API_KEY     API key
      TFY_ALLOW_HTTP  set to 1 to allow http:// URLs to other machines

      The base URL and the API key are read from the command line and the
      environment, then from .env in the working directory, then from the
      `tfy login` session. An API key is never sent to a host from a later
      source. To see the active configuration, run `tfy-tokens status`.

      SSL_CERT_FILE, SSL_CERT_DIR, HTTPS_PROXY, HTTP_PROXY, ALL_PROXY,
      NO_PROXY, NO_COLOR and CLICOLOR_FORCE are also respected.

    Exit codes:
      0    success
      1    any other error
      2    invalid usage, or confirmation required when not interactive
      3    not logged in, API key rejected, or permission denied
      4    token or user not found
      5    token name already exists
      6    server unreachable or unavailable after all retries
      7    token created, or possibly created, but its value was not delivered
      130  cancelled

    Examples:
      tfy-tokens list
      KEY=$(tfy-tokens create ci-run-81 --expires 1d)
      tfy-tokens delete --expired
    ");
}
