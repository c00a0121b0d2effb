//! Command lines that cannot be parsed.

use crate::support::{Program, cases, snapshot};

fn program(arguments: &str) -> Program {
    Program::with_settings("http://127.0.0.1:1", "tfy_SENTINEL-of-the-key", arguments)
}

#[test]
fn misspelled_words_get_suggestions() {
    snapshot!(program("lis"), @"
    exit: 2
    --- stderr
    error: unrecognized subcommand 'lis'

      tip: a similar subcommand exists: 'list'

    Usage: tfy-tokens [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    snapshot!(program("create --expire 1d"), @"
    exit: 2
    --- stderr
    error: unexpected argument '--expire' found

      tip: a similar argument exists: '--expires'

    Usage: tfy-tokens create --expires <EXPIRY> [NAME]

    For more information, try '--help'.
    ");
    snapshot!(program("show"), @"
    exit: 2
    --- stderr
    error: unrecognized subcommand 'show'

      tip: a token value cannot be shown again; delete the token and create a new one

    Usage: tfy-tokens [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    for case in cases(
        "craete        | a similar subcommand exists: 'create'
         delet         | a similar subcommand exists: 'delete'
         revoke_all    | some similar subcommands exist: 'remove', 'revoke-all'
         view ci       | a token value cannot be shown again; delete the token and create a new one
         reveal ci -q  | a token value cannot be shown again; delete the token and create a new one
         create --name |
         delete --all  |",
    ) {
        let [arguments, hint] = case.columns();
        let failure = program(arguments).args("-o json").run().exits(2).failure();
        assert_eq!(failure["hint"].as_str().unwrap_or_default(), hint, "{case:?}");
    }
}

#[test]
fn json_output_has_json_error() {
    snapshot!(program("lis -o json"), @r#"
    exit: 2
    --- stderr
    {"error":{"kind":"usage","message":"unrecognized subcommand 'lis'","hint":"a similar subcommand exists: 'list'","status":null,"exitCode":2}}
    "#);
    for case in cases(
        "rotate --output=json    | the following required arguments were not provided: <TOKEN>
         list -ojson --sort size | invalid value 'size' for '--sort <FIELD>' [possible values: name, created, expires, last-used]
         create --name -o json   | unexpected argument '--name' found",
    ) {
        let [arguments, message] = case.columns();
        assert_eq!(program(arguments).run().exits(2).failure()["message"], message);
    }
}

#[test]
fn json_output_is_found_in_every_form() {
    for options in ["-o=json", "-qojson", "-qo json", "--output json", "-o csv -ojson"] {
        for arguments in ["list --nope", "nope list"] {
            let run = program(arguments).args(options).run().exits(2);
            assert_eq!(run.failure()["kind"], "usage", "{options}");
        }
    }
    for options in ["-o json -o table", "--outputs json", "-- -ojson"] {
        let run = program("nope").args(options).run().exits(2);
        assert!(run.stderr.starts_with("error: "), "{options}: {}", run.stderr);
    }
}

#[test]
fn error_is_colored_on_request() {
    for case in cases(
        "                |                  | plain
                         | CLICOLOR_FORCE=1 | colored
         --color always  |                  | colored
         --color=always  |                  | colored
         --color never   | CLICOLOR_FORCE=1 | plain",
    ) {
        let [option, variable, expected] = case.columns();
        let run = program("lis").args(option).envs(variable).colored().run().exits(2);
        assert_eq!(run.stderr.contains("\u{1b}["), expected == "colored", "{case:?}");
    }
}
