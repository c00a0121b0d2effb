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

    For more information, try 'tfy-tokens --help'.
    ");
    snapshot!(program("create --expire 1d"), @"
    exit: 2
    --- stderr
    error: unexpected argument '--expire' found

      tip: a similar argument exists: '--expires'

    Usage: tfy-tokens create [OPTIONS] [NAME]

    For more information, try 'tfy-tokens create --help'.
    ");
    snapshot!(program("show"), @"
    exit: 2
    --- stderr
    error: unrecognized subcommand 'show'

      tip: a token value cannot be shown again; run `tfy-tokens list` to see your tokens, or `tfy-tokens rotate` to replace one

    Usage: tfy-tokens [OPTIONS] <COMMAND>

    For more information, try 'tfy-tokens --help'.
    ");
    for case in cases(
        "craete        | a similar subcommand exists: 'create'
         delet         | a similar subcommand exists: 'delete'
         # The most dangerous command is not suggested.
         revoke_all    | run `tfy-tokens --help`
         revoke-al     | a similar subcommand exists: 'remove'",
    ) {
        let [arguments, hint] = case.columns();
        let failure = program(arguments).args("-o json").run().exits(2).failure();
        assert_eq!(failure["hint"].as_str().unwrap_or_default(), hint, "{case:?}");
    }
}

#[test]
fn words_of_other_tools_get_tips() {
    for case in cases(
        "auth login           | run `tfy-tokens login`
         auth status          | run `tfy-tokens status`
         auth                 | run `tfy-tokens login`
         signout              | run `tfy-tokens logout`
         whoami               | run `tfy-tokens status`
         config               | run `tfy-tokens status`
         token list           | run `tfy-tokens list`
         token                | run `tfy-tokens list`
         tokens create ci     | run `tfy-tokens create`
         pat revoke           | run `tfy-tokens delete`
         new                  | run `tfy-tokens create`
         new ci-run           | run `tfy-tokens create ci-run`
         generate -q ci-run   | run `tfy-tokens create`
         revoke ci-run        | run `tfy-tokens delete ci-run`
         revoke $(id)         | run `tfy-tokens delete '$(id)'`
         destroy              | run `tfy-tokens delete`
         prune                | run `tfy-tokens delete --expired`
         renew ci-run         | run `tfy-tokens rotate ci-run`
         describe ci-run      | run `tfy-tokens list --search ci-run`
         search               | run `tfy-tokens list`
         version              | run `tfy-tokens --version`
         rename a b           | a token cannot be changed; run `tfy-tokens rotate` to replace it with a new one
         get ci               | a token value cannot be shown again; run `tfy-tokens list` to see your tokens, or `tfy-tokens rotate` to replace one
         show                 | a token value cannot be shown again; run `tfy-tokens list` to see your tokens, or `tfy-tokens rotate` to replace one
         list ci-run          | run `tfy-tokens list --search ci-run` to search for a name
         list --json          | use `-o json`
         status --json        | use `-o json`
         --json               | use `-o json`
         list --format json   | use `--output`
         create ci --ttl 90d  | use `--expires`
         create --duration=1d | use `--expires`
         rotate x --ttl 90d   | use `--expires`
         create --never       | use `--expires never`
         create --name ci     | write the name without an option, as in `tfy-tokens create my-token`
         create --force ci    | omit it, because this command asks for no confirmation
         delete ci --force    | use `--yes`
         delete ci -f         | use `--yes`
         delete --all         | select the tokens with filters, such as --expired or --unused-for 90d
         delete --id x        | write the name or the ID without an option
         list --all           | all tokens are listed; filter them with --active or --expired
         list --limit 5       | the list is always complete; run `tfy-tokens list - head`
         list --filter ci     | use `--search`
         list --sort-by name  | use `--sort`
         list --unused        | use `--unused-for`
         list --profile work  | set TFY_BASE_URL and TFY_API_KEY, which `tfy-tokens status` shows
         list --host x.test   | use `--base-url`
         list --no-color      | use `--color never`
         list --insecure      | set SSL_CERT_FILE to a file with the certificate of your authority
         create --user x      | use `--for-user`
         create --out file    | use `--save`
         delete x --dryrun    | use `--dry-run`
         delete --if-exists x | use `--ignore-not-found`
         list --silent        | use `--quiet`
         create --scopes all  | a token has the permissions of its user",
    ) {
        let [arguments, hint] = case.columns();
        let failure = program(arguments).args("-o json").run().exits(2).failure();
        assert_eq!(failure["hint"].as_str().unwrap_or_default().replace(" | ", " - "), hint, "{case:?}");
    }
    let run = program("list --token tfy_a_secret_SENTINEL").secret("tfy_a_secret_SENTINEL").run().exits(2);
    assert!(
        run.stderr.contains("  tip: set TFY_API_KEY, because other users can see command lines\n"),
        "{}",
        run.stderr
    );
    let run = program("revoke tfy_a_secret_SENTINEL").secret("tfy_a_secret_SENTINEL").run().exits(2);
    assert!(run.stderr.contains("  tip: run `tfy-tokens delete (redacted)`\n"), "{}", run.stderr);
}

#[test]
fn json_output_has_json_error() {
    snapshot!(program("lis -o json"), @r#"
    exit: 2
    --- stderr
    {"error":{"kind":"usage","message":"unrecognized subcommand 'lis'","hint":"a similar subcommand exists: 'list'","status":null,"exitCode":2}}
    "#);
    // Colors and escape sequences are for people.
    let run = program("list --sort nam --color always -o json").run().exits(2);
    assert_eq!(run.failure()["hint"], "a similar value exists: 'name'");
    assert_eq!(
        program("lis --color always -o jsonl").run().exits(2).failure()["hint"],
        "a similar subcommand exists: 'list'"
    );
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
