//! The complete help of `list`.

use super::output;

#[test]
fn list_has_long_help() {
    insta::assert_snapshot!(output("list --help"), @"
    List your tokens

    If you pass more than one filter, a token must match all of them. If tokens are created or deleted
    while the list is read, the list is still complete; if that cannot be guaranteed, the command fails.

    Usage: tfy-tokens list [OPTIONS]

    Options:
          --sort <FIELD>
              Sort by a field [default: the order returned by the server]

              Possible values:
              - name:      By name; unnamed tokens last
              - created:   Oldest first
              - expires:   Soonest expiry first; tokens that never expire last
              - last-used: Least recently used first; tokens that were never used come before all others

          --reverse
              Reverse the order

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Filters:
          --search <TEXT>
              Show only tokens whose name contains TEXT

          --active
              Show only tokens that have not expired

          --expired
              Show only expired tokens

          --expires-within <DURATION>
              Show only tokens that expire within DURATION, such as 14d

          --unused-for <DURATION>
              Show only tokens not used for at least DURATION, such as 90d
              
              For a token that was never used, the time since its creation counts.

    Global options:
          --base-url <URL>
              Base URL of the server

      -o, --output <FORMAT>
              Output format

              Possible values:
              - table: Aligned table
              - json:  A single JSON document
              - jsonl: One JSON object per line (`list` only)
              - csv:   Comma-separated values with a header row (`list` only)
              - id:    One token ID per line (`list` only)
              
              [default: table]

          --timeout <DURATION>
              Time limit for each request attempt
              
              DURATION is a number and a unit (ms, s, min, h, d, w, mo or y), such as 90s or 5min.
              
              [default: 60s]

          --retries <N>
              Number of retries if the server is busy or cannot be reached
              
              [default: 2]

          --color <WHEN>
              When to use color: auto, always or never
              
              [default: auto]

          --no-input
              Disable interactive prompts

      -q, --quiet
              Suppress notes and warnings

      -v, --verbose
              Log each request to standard error

    Examples:
      tfy-tokens list --expires-within 14d
      tfy-tokens list --unused-for 90d --sort created
      tfy-tokens list -o json | jq -r '.[].name'
      tfy-tokens list --expires-within 14d --sort expires -o csv
    ");
}
