//! Wrong command lines are refused before any request.

use crate::support::{FakeServer, Program, cases, snapshot};

#[test]
fn list_refuses_wrong_arguments() {
    for case in cases(
        "--active --expired       | the argument '--active' cannot be used with '--expired'
         --expired --active       | the argument '--expired' cannot be used with '--active'
         --expired --expires-within 14d | the argument '--expired' cannot be used with '--expires-within <DURATION>'
         --quiet --verbose        | the argument '--quiet' cannot be used with '--verbose'
         --search=                | invalid value '' for '--search <TEXT>': it is empty
         --expires-within never   | invalid value 'never' for '--expires-within <DURATION>': expected a number and a unit, such as
         --expires-within 0d      | invalid value '0d' for '--expires-within <DURATION>': it must be longer than zero
         --expires-within 999999y | invalid value '999999y' for '--expires-within <DURATION>': the duration is too long
         --unused-for -3d         | invalid value '-3d' for '--unused-for <DURATION>': it must be longer than zero
         --unused-for 3m          | invalid value '3m' for '--unused-for <DURATION>': `m` is ambiguous; use minutes (30min) or months (6mo)
         --unused-for=            | invalid value '' for '--unused-for <DURATION>': expected a number and a unit, such as
         --sort size              | invalid value 'size' for '--sort <FIELD>'
         ci-pipeline              | unexpected argument 'ci-pipeline' found
         -o xml                   | invalid value 'xml' for '--output <FORMAT>'
         --color blue             | invalid value 'blue' for '--color <WHEN>'
         --timeout 0s             | invalid value '0s' for '--timeout <DURATION>'
         --retries 101            | invalid value '101' for '--retries <N>'",
    ) {
        let [arguments, expected] = case.columns();
        // The program has no settings, so an error about them would show that it did more than parse.
        let run = Program::new("list").args(arguments).run().exits(2);
        assert_eq!(run.stdout, "", "{case:?}");
        assert!(run.stderr.starts_with(&format!("error: {expected}")), "{}", run.snapshot());
    }
}

#[test]
fn json_output_has_json_usage_error() {
    let server = FakeServer::start();
    let run = snapshot!(server.program("list --active --expired -o json"), @r#"
    exit: 2
    --- stderr
    {"error":{"kind":"usage","message":"the argument '--active' cannot be used with '--expired'","hint":null,"status":null,"exitCode":2}}
    "#);
    assert_eq!(run.failure()["kind"], "usage");
}
