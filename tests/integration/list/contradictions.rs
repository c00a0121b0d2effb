//! Command lines that make no sense are refused before anything is asked.

use serde_json::json;

use super::list;
use crate::support::platform::Platform;

const CONTRADICTIONS: [(&[&str], &str); 17] = [
    (
        &["--active", "--expired"],
        "the argument '--active' cannot be used with '--expired'",
    ),
    (
        &["--expired", "--active"],
        "the argument '--expired' cannot be used with '--active'",
    ),
    (
        &["--expired", "--expires-within", "14d"],
        "the argument '--expired' cannot be used with '--expires-within <AGE>'",
    ),
    (
        &["--quiet", "--verbose"],
        "the argument '--quiet' cannot be used with '--verbose'",
    ),
    (&["--search", ""], "invalid value '' for '--search <TEXT>': it is empty"),
    (
        &["--expires-within", "never"],
        "invalid value 'never' for '--expires-within <AGE>': write a whole number and a unit",
    ),
    (
        &["--expires-within", "0d"],
        "invalid value '0d' for '--expires-within <AGE>': it must be more than zero",
    ),
    (
        &["--expires-within", "999999y"],
        "invalid value '999999y' for '--expires-within <AGE>': it reaches further than the calendar does",
    ),
    (
        &["--unused-for", "-3d"],
        "invalid value '-3d' for '--unused-for <AGE>': it must be more than zero",
    ),
    (
        &["--unused-for", "3m"],
        "invalid value '3m' for '--unused-for <AGE>': `m` could be minutes or months",
    ),
    (
        &["--unused-for", ""],
        "invalid value '' for '--unused-for <AGE>': write a whole number and a unit",
    ),
    (&["--sort", "size"], "invalid value 'size' for '--sort <BY>'"),
    (&["ci-pipeline"], "unexpected argument 'ci-pipeline' found"),
    (&["-o", "xml"], "invalid value 'xml' for '--output <FORMAT>'"),
    (&["--color", "blue"], "invalid value 'blue' for '--color <MODE>'"),
    (&["--timeout", "0s"], "invalid value '0s' for '--timeout <AGE>'"),
    (&["--retries", "101"], "invalid value '101' for '--retries <N>'"),
];

#[test]
fn a_command_line_that_makes_no_sense_is_refused_and_nothing_is_asked() {
    let platform = Platform::start();
    for (arguments, why) in CONTRADICTIONS {
        // Given twice, `--retries` would be what is refused.
        let program = crate::support::program::Program::against(platform.url(), platform.key());
        let run = program.arg("list").args(arguments).run().exits(2);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(
            run.stderr.starts_with(&format!("error: {why}")),
            "{arguments:?}: {}",
            run.stderr
        );
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn the_refusal_is_a_line_of_json_where_json_was_asked_for() {
    let platform = Platform::start();
    let run = list(&platform, &["--active", "--expired", "-o", "json"]).run().exits(2);
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr.lines().count(), 1);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&run.stderr).unwrap(),
        json!({"error": {
            "kind": "usage", "message": "the argument '--active' cannot be used with '--expired'",
            "hint": null, "status": null, "exitCode": 2,
        }})
    );
    assert_eq!(platform.requests().len(), 0);
}
