//! Help, version, and the command lines of the documentation.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::{Value, json};

#[cfg(unix)]
use crate::support::Terminal;
use crate::support::{Call, FakeServer, Fault, Input, Output, Program, cases};

const COMMANDS: [&str; 12] = [
    "list",
    "create",
    "delete",
    "rotate",
    "run",
    "revoke-all",
    "login",
    "logout",
    "status",
    "mcp",
    "completions",
    "man",
];

/// The program with a key, which must not be in its output.
fn program(arguments: &str) -> Program {
    Program::with_settings("http://127.0.0.1:1", "tfy_SENTINEL-of-the-key", arguments)
}

/// The standard output of a successful run without messages.
#[track_caller]
fn output(arguments: &str) -> String {
    let run = program(arguments).run().exits(0);
    assert_eq!(run.stderr, "");
    run.stdout
}

fn compare(name: &str, page: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, page));
}

#[test]
fn program_and_commands_have_help() {
    compare("program_short", &output("-h"));
    compare("program", &output("--help"));
    let list = output("list --help");
    let (_, rest) = list.split_once("Global options:\n").unwrap();
    let (global_options, _) = rest.split_once("Examples:\n").unwrap();
    compare("list", &list);
    for command in &COMMANDS[1..] {
        let help = output(&format!("{command} --help"));
        assert!(help.contains(global_options), "{help}");
        compare(command, &help.replace(global_options, "  (as in the help of `list`)\n\n"));
    }
}

#[test]
fn short_help_is_summary() {
    for command in COMMANDS {
        let help = output(&format!("{command} -h"));
        assert!(help.contains("\nGlobal options:\n"), "{help}");
        let (_, examples) = help.split_once("\nExamples:\n").expect("examples");
        // Only lines without room for a comment have none.
        assert!(examples.lines().all(|line| line.contains(" # ") || line.len() > 65), "{examples}");
        assert!(!["JSON fields", "DURATION is", "EXPIRY is"].iter().any(|text| help.contains(text)), "{help}");
    }
}

/// Adds the fields of a JSON document, such as `key.from` and `ignored[].source`. The items of an array have the same fields.
fn add_fields(prefix: &str, value: &Value, fields: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                add_fields(&format!("{prefix}.{name}"), value, fields);
            }
        }
        Value::Array(items) if items.first().is_some_and(Value::is_object) => {
            for item in items {
                add_fields(&format!("{prefix}[]"), item, fields);
            }
        }
        _ => drop(fields.insert(prefix.trim_start_matches("[]").trim_start_matches('.').to_owned())),
    }
}

#[test]
fn json_fields_are_documented() {
    let server = FakeServer::start();
    let stuck = server.add("stuck");
    server.add("ci");
    server.add_fault(Fault::answer(Call::Delete, 403).when(move |request| request.segment == stuck).always());
    server.sign_in_with_token("mine");
    server.rules(|rules| rules.tokens_may_create = true);
    for (arguments, code) in [
        ("list", 0),
        ("create new-one", 0),
        ("rotate stuck --yes", 3),
        ("delete ci stuck --yes", 3),
        ("revoke-all ada@acme.test --dry-run", 0),
        ("login --with-key", 0),
        ("logout", 0),
        ("status", 0),
    ] {
        let program = server.program(arguments).args("-o json").env("TFY_HOST", "http://127.0.0.1:1");
        let program = program.stdin(Input::Text(server.key()));
        let creates = ["create", "rotate"].iter().any(|command| arguments.starts_with(command));
        let run = if creates { program.delivers_value() } else { program }.run().exits(code);
        let mut found = BTreeSet::new();
        add_fields("", &run.json(), &mut found);
        if arguments == "status" {
            let session = json!({"access_token": server.user_key(jiff::Timestamp::MAX), "host": server.url()});
            let program =
                Program::new("status -o json").home_file(".truefoundry/credentials.json", session.to_string());
            add_fields("", &program.secret(&server.key()).run().exits(0).json(), &mut found);
            // Without a login session, this object is null.
            found.remove("session");
            found.remove("ignored");
        }

        let command = arguments.split(' ').next().unwrap();
        let help = output(&format!("{command} --help"));
        let (_, lines) = help.split_once("\nJSON fields").expect("fields");
        let lines = lines.lines().skip(1).take_while(|line| !line.is_empty());
        let documented = lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect();
        assert_eq!(found, documented, "{command}");
    }
}

#[test]
fn help_command_equals_help_option() {
    let aliases = [("ls", "list"), ("rm", "delete"), ("remove", "delete")];
    for (name, command) in COMMANDS.map(|command| (command, command)).into_iter().chain(aliases) {
        let help = output(&format!("{command} --help"));
        assert_eq!([output(&format!("help {name}")), output(&format!("{name} --help"))], [help.clone(), help]);
    }
}

#[test]
fn version_is_same_everywhere() {
    for command in [""].into_iter().chain(COMMANDS) {
        for option in ["-V", "--version"] {
            let version = output(&format!("{command} {option}"));
            assert_eq!(version, concat!("tfy-tokens ", env!("CARGO_PKG_VERSION"), "\n"));
        }
    }
}

#[test]
fn missing_command_shows_help_on_stderr() {
    let run = program("").run().exits(2);
    assert_eq!((run.stdout, run.stderr), (String::new(), output("-h")));
}

#[test]
fn early_end_of_reader_is_success() {
    for (arguments, lines) in [("--help", 0), ("--help", 1), ("help list", 0), ("--version", 0)] {
        let run = program(arguments).stdout(Output::Lines(lines)).run().exits(0);
        assert_eq!(run.stderr, "", "{arguments}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn full_disk_is_error() {
    let run = program("--help").stdout(Output::Full).run().exits(1);
    assert_eq!(run.stderr, "error: cannot write to standard output\n  No space left on device (os error 28)\n");
}

/// The README and the help show command lines in code, at the start of a line or in a substitution.
#[test]
fn documented_command_lines_are_accepted() {
    let shown = Regex::new(r"(?m)(?:^ *|\$ |[(`])tfy-tokens +([a-z][^#|)>;`\n]*)").unwrap();
    let help = COMMANDS.map(|command| output(&format!("{command} --help"))).concat();
    let mut count = 0;
    for text in [include_str!("../../../README.md"), &help, &output("--help")] {
        for arguments in shown.captures_iter(text) {
            // Without settings, the program ends after it has read its command line.
            let run = Program::new(&arguments[1]).run();
            assert!(!run.stderr.contains("For more information, try"), "{}: {}", &arguments[1], run.stderr);
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
#[cfg(unix)]
fn help_fits_window() {
    for columns in [80, 240] {
        for command in COMMANDS {
            let program = program(command).args("--help").env("NO_COLOR", "1");
            let finished = Terminal::size(columns, 24).run(&program).finish().exits(0);
            for line in finished.output.lines() {
                assert!(line.chars().count() <= columns.min(100).into(), "{command}: {line:?}");
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn help_is_colored_like_output() {
    for case in cases(
        "terminal | TERM=xterm       |                | colored
         terminal | TERM=dumb        |                | plain
         terminal | NO_COLOR=1       |                | plain
         pipe     |                  |                | plain
         pipe     |                  | --color always | colored
         pipe     | CLICOLOR_FORCE=1 | --color=never  | plain",
    ) {
        let [stream, variable, option, expected] = case.columns();
        let program = program("list -h").envs(variable).args(option).colored();
        let output = match stream {
            "terminal" => Terminal::size(80, 60).run(&program).finish().exits(0).output,
            _ => program.run().exits(0).stdout,
        };
        assert_eq!(output.contains("\u{1b}["), expected == "colored", "{case:?}");
    }
}
