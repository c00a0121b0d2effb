//! The environment of the command.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::script;
use crate::support::{FakeServer, SENTINEL};

/// Prints the names of the variables that contain the token.
const HOLDERS: &str = "for name in $(env | sed -n 's/=.*//p'); do
    eval \"value=\\$$name\"; [ \"$value\" != \"$TFY_API_KEY\" ] || echo \"$name\"; done | sort";

#[test]
fn command_gets_token_and_base_url() {
    let server = FakeServer::start();
    let program = script(&server, "", "echo \"$TFY_API_KEY $TFY_BASE_URL $TFY_HOST ${TFY_API_HOST-unset}\"");
    let program = program.envs("TFY_API_HOST=https://old.test TFY_HOST=https://old.test").delivers_value();
    let run = program.run().exits(0);
    let value = server.value_of("job").unwrap();
    assert_eq!(run.stdout, format!("{value} {0} {0} unset\n", server.url()));
}

#[test]
fn options_add_variables() {
    let server = FakeServer::start();
    for (options, expected) in [
        ("", "TFY_API_KEY\n"),
        ("--env ANTHROPIC_AUTH_TOKEN --env _x2", "ANTHROPIC_AUTH_TOKEN\nTFY_API_KEY\n_x2\n"),
        ("--gateway https://gateway.test", "OPENAI_API_KEY\nTFY_API_KEY\n"),
    ] {
        let program = script(&server, options, HOLDERS).env("LC_ALL", "C").env("OPENAI_API_KEY", "own");
        assert_eq!(program.run().exits(0).stdout, expected, "{options}");
    }
    let program = script(&server, "--gateway https://gateway.test/v1/", "echo $OPENAI_BASE_URL");
    assert_eq!(program.run().exits(0).stdout, "https://gateway.test/v1\n");
}

/// The creating key is in the environment of this program, which its command must not inherit.
#[test]
#[cfg(target_os = "linux")]
fn creating_key_is_not_passed_on() {
    let server = FakeServer::start();
    let code = "cat /proc/$$/environ >environ; cat /proc/$PPID/cmdline /proc/$$/cmdline >arguments";
    let program = script(&server, "--env OTHER", code).env("TFY_API_KEY_FILE", "/run/secrets/key");
    program.run().exits(0);
    let environ = fs::read_to_string(program.cwd().join("environ")).unwrap();
    let variables: Vec<&str> = environ.split('\0').filter(|variable| variable.contains(SENTINEL)).collect();
    let value = server.value_of("job").unwrap();
    assert_eq!(variables, [format!("OTHER={value}"), format!("TFY_API_KEY={value}")]);
    assert!(!environ.contains("TFY_API_KEY_FILE"), "{environ}");
    assert!(!fs::read_to_string(program.cwd().join("arguments")).unwrap().contains(SENTINEL));
}

#[test]
fn other_variables_are_passed_unchanged() {
    let server = FakeServer::start();
    let program = script(&server, "", "printf '<%s>' \"$UNUSUAL\" \"$EMPTY\"; env | grep -c ^UNUSUAL=").exact_output();
    let program = program.env("UNUSUAL", OsStr::from_bytes(b"\xff a\t")).env("EMPTY", "");
    assert_eq!(program.run().exits(0).stdout, "<\u{fffd} a\t><>1\n");
}

#[test]
fn key_in_dotenv_is_warned_about() {
    let server = FakeServer::start();
    let program = script(&server, "", "true").cwd_file(".env", "TFY_API_KEY=tfy_key_SENTINEL_in_dotenv\n");
    let warning = "warning: .env sets TFY_API_KEY: programs that read .env use that key instead of the new token\n";
    assert_eq!(program.run().exits(0).stderr, warning);
    let quiet = script(&server, "-q", "true").cwd_file(".env", "TFY_API_KEY=tfy_key_SENTINEL_in_dotenv\n");
    assert_eq!(quiet.run().exits(0).stderr, "");
}
