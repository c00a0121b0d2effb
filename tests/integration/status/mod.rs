//! `status`: one screen that explains any set-up.

mod failing;
mod places;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::platform::{Call, Platform, TokenSeed};
use crate::support::program::{Program, Run};
use crate::support::terminal::Terminal;

const KEY: &str = "tfy_key_SENTINEL_of_the_tests";

fn status(program: Program) -> Program {
    program.args(["status", "--retries", "0"])
}

/// Standard output with the time that the platform took replaced by `N`.
fn shown(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let Some((before, after)) = line.split_once("answered in ") else {
            return line.to_owned();
        };
        let (took, rest) = after.split_once(" ms").expect("milliseconds");
        let is_time = took == "less than 1" || took.parse::<u32>().is_ok();
        assert!(is_time, "{took:?}");
        format!("{before}answered in N ms{rest}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The object on standard output, without the time that the platform took, which is a number.
#[track_caller]
fn object(run: &Run) -> Value {
    let mut object = run.json();
    assert_eq!(run.stdout.lines().count(), 1);
    let took = object.as_object_mut().unwrap().remove("answeredInMs").unwrap();
    object["answered"] = json!(took.is_u64());
    object
}

fn sign_in(program: Program, url: &str, key: &str) -> Program {
    let content = json!({"access_token": key, "host": url}).to_string();
    program.write_home_file(".truefoundry/credentials.json", content)
}

#[test]
fn a_signed_in_user_sees_what_is_set_and_who_they_are() {
    let platform = Platform::start();
    let run = status(Program::against(platform.url(), platform.key())).run().exits(0);
    assert_eq!(
        shown(&run.stdout),
        format!(
            "Base URL      {}  (from TFY_BASE_URL)\n\
             Key           set, not a personal access token  (from TFY_API_KEY)\n\
             Platform      answered in N ms\n\
             Signed in as  ada@acme.test, tenant acme\n\
             It may        list, create and delete tokens",
            platform.url()
        )
    );
    assert_eq!(run.stderr, "");
    let calls: Vec<_> = platform.requests().iter().map(|request| request.call).collect();
    assert_eq!(calls, [Call::Session]);
}

#[test]
fn a_personal_access_token_is_told_with_what_it_means() {
    let platform = Platform::start();
    platform.sign_in_with_token(TokenSeed::named("ci-pipeline"));
    let run = status(Program::against(platform.url(), platform.key())).run().exits(0);
    assert_eq!(
        shown(&run.stdout),
        format!(
            "Base URL      {}  (from TFY_BASE_URL)\n\
             Key           a personal access token  (from TFY_API_KEY)\n\
             Platform      answered in N ms\n\
             Signed in as  ada@acme.test, tenant acme, by the personal access token ci-pipeline\n\
             It may        list and delete tokens; on most platforms a personal access token cannot create another \
             (`tfy login` can)",
            platform.url()
        )
    );
}

#[test]
fn an_object_has_everything_for_scripts() {
    let platform = Platform::start();
    platform.sign_in_with_token(TokenSeed::named("ci-pipeline"));
    let program = status(Program::against(platform.url(), platform.key()).env("TFY_HOST", "http://127.0.0.1:1"));
    let run = program.args(["-o", "json"]).run().exits(0);
    assert_eq!(run.stderr, "");
    assert_eq!(
        object(&run),
        json!({
            "baseUrl": {"value": platform.url(), "from": "TFY_BASE_URL"},
            "key": {"from": "TFY_API_KEY", "usable": true, "personalAccessToken": true},
            "passedOver": [{"place": "TFY_HOST", "why": "TFY_BASE_URL comes first"}],
            "warnings": [],
            "proxy": null,
            "signedInAs": {
                "who": "ada@acme.test", "tenant": "acme", "subjectType": "user", "tokenName": "ci-pipeline",
            },
            "answered": true,
            "ok": true,
        })
    );
}

#[test]
fn a_personal_access_token_that_does_not_look_like_one_is_known_from_the_platform() {
    let platform = Platform::start();
    let session = json!({"user": {"id": "u", "subject": {"subjectSlug": "ada", "subjectPatName": "a-jwt"}}});
    platform.answer_always(Call::Session, ResponseTemplate::new(200).set_body_json(session));
    let program = status(Program::against(platform.url(), platform.key()));
    let run = program.run().exits(0);
    assert!(
        run.stdout
            .contains("Key           a personal access token  (from TFY_API_KEY)\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("\nSigned in as  ada, by the personal access token a-jwt\n")
    );
    let json = program.args(["-o", "json"]).run().exits(0).json();
    assert_eq!(json["key"]["personalAccessToken"], true);
}

#[test]
fn names_from_the_platform_are_shown_harmless_and_are_exact_in_json() {
    let platform = Platform::start();
    let odd = "a\u{1b}[2J\nb\u{202e}c";
    let session = json!({"user": {"email": odd, "tenantName": odd, "subject": {"subjectPatName": odd}}});
    platform.answer_always(Call::Session, ResponseTemplate::new(200).set_body_json(session));
    let program = status(Program::against(platform.url(), platform.key()));
    let run = program.run().exits(0);
    let clean = "a\u{fffd}[2J b\u{fffd}c";
    let line = format!("\nSigned in as  {clean}, tenant {clean}, by the personal access token {clean}\n");
    assert!(run.stdout.contains(&line), "{}", run.stdout);
    let json = program.args(["-o", "json"]).run().exits(0).json();
    assert_eq!(json["signedInAs"]["who"], odd);
    assert_eq!(json["signedInAs"]["tokenName"], odd);
}

#[test]
fn a_platform_that_names_nobody_is_believed() {
    let platform = Platform::start();
    platform.answer_always(
        Call::Session,
        ResponseTemplate::new(200).set_body_json(json!({"user": {}})),
    );
    let run = status(Program::against(platform.url(), platform.key())).run().exits(0);
    assert!(
        run.stdout
            .contains("\nSigned in as  somebody the platform does not name\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn other_formats_are_refused() {
    let platform = Platform::start();
    for format in ["jsonl", "csv", "id"] {
        let program = Program::against(platform.url(), platform.key());
        let run = status(program).args(["-o", format]).run().exits(2);
        assert_eq!(run.stdout, "");
    }
    assert_eq!(platform.requests().len(), 0);
}

#[test]
fn a_terminal_shows_the_same() {
    let platform = Platform::start();
    let program = status(Program::against(platform.url(), platform.key()));
    let piped = program.run().exits(0);
    let finished = Terminal::size(120, 24).run(&program).finish();
    assert_eq!((finished.code, shown(&finished.screen)), (0, shown(&piped.stdout)));
}

#[test]
fn quiet_is_the_answer_alone_and_verbose_adds_the_request() {
    let platform = Platform::start();
    let program = status(Program::against(platform.url(), platform.key()).write_cwd_file(".env", "broken"));
    let quiet = program.clone().arg("-q").run().exits(0);
    assert_eq!((shown(&quiet.stdout).lines().count(), quiet.stderr.as_str()), (5, ""));
    let verbose = program.arg("-v").run().exits(0);
    let [warning, trace] = verbose.stderr.lines().collect::<Vec<_>>()[..] else {
        panic!("{}", verbose.stderr)
    };
    assert_eq!(warning, "warning: .env: line 1 passed over: not KEY=value");
    assert!(trace.starts_with("GET /api/svc/v1/session: 200 in "), "{trace}");
}
