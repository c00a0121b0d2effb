//! The help of the other commands.

use super::output;

/// The options that every command has.
const HELP_AND_VERSION: &str =
    "  -h, --help\n          Print help (see a summary with '-h')\n\n  -V, --version\n          Print version\n";

/// The long help of a command without the parts that are the same in every page.
#[track_caller]
fn own_part(command: &str) -> String {
    let split = |help: &str| {
        let (own, rest) = help.split_once("Global options:\n").expect("global options");
        let (global_options, examples) = rest.split_once("\nExamples:").expect("examples");
        (format!("{own}Examples:{examples}"), global_options.to_owned())
    };
    let (own, global_options) = split(&output(&format!("{command} --help")));
    assert_eq!(global_options, split(&output("list --help")).1);
    let own = own.replacen(HELP_AND_VERSION, "", 1);
    assert!(!own.contains("--version"), "{own}");
    own
}

#[test]
fn create_has_short_help() {
    insta::assert_snapshot!(output("create -h"), @"
    Create a token and print its value once

    Usage: tfy-tokens create [OPTIONS] [NAME]

    Arguments:
      [NAME]  Name of the new token; prompts for it if omitted

    Options:
          --expires <EXPIRY>   When the token expires, such as 90d, 2026-12-31 or never
          --type <TYPE>        Type of the token [default: chosen by the server] [possible values: jwt,
                               opaque]
          --team <TEAM>        Team that owns the token
          --account <ACCOUNT>  Account that owns the token
          --for-user <EMAIL>   Create the token for another user (tenant admins only)
          --save <FILE>        Write the value to a new file, readable only by you, instead of standard
                               output
      -h, --help               Print help (see more with '--help')
      -V, --version            Print version

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
fn create_has_long_help() {
    insta::assert_snapshot!(own_part("create"), @"
    Create a token and print its value once

    The value is printed to standard output or, with --save, written to a new file. It cannot be shown
    again. If standard output is not a terminal, only the value is printed.

    Without --expires, the token never expires, unless the server limits the lifetime of tokens.

    Usage: tfy-tokens create [OPTIONS] [NAME]

    Arguments:
      [NAME]
              Name of the new token; prompts for it if omitted
              
              Names are 3 to 36 characters long (a-z, 0-9 and -), start with a letter, and end with a
              letter or digit.

    Options:
          --expires <EXPIRY>
              When the token expires, such as 90d, 2026-12-31 or never
              
              EXPIRY is a duration from now (90s, 36h, 14d, 12w, 6mo, 1y), a date (the token is valid
              until the end of that day, UTC), an RFC 3339 timestamp, or `never`.

          --type <TYPE>
              Type of the token [default: chosen by the server]

              Possible values:
              - jwt:    JSON Web Token, with readable claims
              - opaque: Random string, without readable claims

          --team <TEAM>
              Team that owns the token

          --account <ACCOUNT>
              Account that owns the token

          --for-user <EMAIL>
              Create the token for another user (tenant admins only)

          --save <FILE>
              Write the value to a new file, readable only by you, instead of standard output


    Examples:
      tfy-tokens create laptop --expires 90d
      KEY=$(tfy-tokens create ci-run-81 --expires 1d)
      tfy-tokens create deploy --expires 2026-12-31 --save deploy.token
      tfy-tokens create onboarding --for-user grace@acme.test
    ");
}

#[test]
fn delete_has_long_help() {
    insta::assert_snapshot!(own_part("delete"), @"
    Delete tokens

    Every TOKEN must match exactly one token; otherwise no token is deleted. The matching tokens are
    shown before you confirm. Deletion cannot be undone.

    Usage: tfy-tokens delete [OPTIONS] [TOKEN]...

    Arguments:
      [TOKEN]...
              Names or IDs of the tokens to delete; choose from a list if omitted

    Options:
          --dry-run
              Show the tokens without deleting them

      -y, --yes
              Skip the confirmation prompt (required when not interactive)

          --include-current
              With --yes, also delete the token that you are authenticated with


    Filters (instead of TOKEN):
          --expired
              Delete all expired tokens

          --unused-for <DURATION>
              Delete all tokens not used for at least DURATION, such as 90d
              
              For a token that was never used, the time since its creation counts.

    Examples:
      tfy-tokens delete
      tfy-tokens delete ci-pipeline old-laptop
      tfy-tokens delete --unused-for 90d --dry-run
      tfy-tokens delete --expired --yes
    ");
}

#[test]
fn rotate_has_long_help() {
    insta::assert_snapshot!(own_part("rotate"), @"
    Replace a token with a new one and delete the old one

    The old token is deleted last, after confirmation. If an earlier step fails, the old token is kept.
    Without --expires, the new token gets the same lifetime as the old one, counted from now. It gets
    the server's default type and team.

    Usage: tfy-tokens rotate [OPTIONS] <TOKEN>

    Arguments:
      <TOKEN>
              Name or ID of the old token

    Options:
          --as <NAME>
              Name of the new token [default: the old name with -2, -3 and so on]

          --expires <EXPIRY>
              When the token expires, such as 90d, 2026-12-31 or never
              
              EXPIRY is a duration from now (90s, 36h, 14d, 12w, 6mo, 1y), a date (the token is valid
              until the end of that day, UTC), an RFC 3339 timestamp, or `never`.

          --save <FILE>
              Write the value to a new file, readable only by you, instead of standard output

      -y, --yes
              Skip the confirmation prompt (required when not interactive)


    Examples:
      tfy-tokens rotate ci-pipeline
      tfy-tokens rotate deploy --as deploy-2027 --expires 1y --save new.token
    ");
}

#[test]
fn revoke_all_has_long_help() {
    insta::assert_snapshot!(own_part("revoke-all"), @"
    Delete all tokens of a user (tenant admins only)

    You must type the email address again to confirm.

    Usage: tfy-tokens revoke-all [OPTIONS] <EMAIL>

    Arguments:
      <EMAIL>
              Email address of the user

    Options:
      -y, --yes
              Skip the confirmation prompt (required when not interactive)


    Examples:
      tfy-tokens revoke-all grace@acme.test
      tfy-tokens revoke-all grace@acme.test --yes
    ");
}

#[test]
fn status_has_long_help() {
    insta::assert_snapshot!(own_part("status"), @"
    Show the active configuration and check that it works

    Usage: tfy-tokens status [OPTIONS]

    Options:

    Examples:
      tfy-tokens status
      tfy-tokens status -o json | jq .signedInAs
    ");
}

#[test]
fn completions_has_long_help() {
    insta::assert_snapshot!(own_part("completions"), @"
    Generate a shell completion script

    The script completes commands, options and the names of your tokens. Add the line for your shell to
    the end of its startup file: ~/.bashrc, ~/.zshrc, $PROFILE of PowerShell, or
    ~/.config/elvish/rc.elv. Run the line for fish once.

    Usage: tfy-tokens completions [OPTIONS] <SHELL>

    Arguments:
      <SHELL>
              Shell to generate the script for
              
              [possible values: bash, elvish, fish, powershell, zsh]

    Options:

    Examples:
      source <(tfy-tokens completions bash)
      source <(tfy-tokens completions zsh)
      tfy-tokens completions powershell | Out-String | Invoke-Expression
      eval (tfy-tokens completions elvish | slurp)
      tfy-tokens completions fish > ~/.config/fish/completions/tfy-tokens.fish
    ");
}

#[test]
fn man_has_long_help() {
    insta::assert_snapshot!(own_part("man"), @"
    Generate manual pages

    Usage: tfy-tokens man [OPTIONS] [DIR]

    Arguments:
      [DIR]
              Directory for one page per command; created if missing
              
              Without DIR, the main page is printed.

    Options:

    Examples:
      tfy-tokens man | man -l -
      tfy-tokens man ~/.local/share/man/man1
    ");
}
