//! A host that a less trusted place names gets nothing: neither the key nor a connection.

use serde_json::json;

use super::{KEY, got_nothing, hostile, list, lists_nothing, signed_with};
use crate::support::platform::Platform;
use crate::support::program::Program;

fn sign_in(program: Program, url: &str, key: &str) -> Program {
    let content = json!({"access_token": key, "host": url}).to_string();
    program.write_home_file(".truefoundry/credentials.json", content)
}

#[test]
fn fault_11_a_key_from_the_environment_is_not_sent_to_a_host_from_dotenv() {
    let server = hostile();
    let url = server.url();
    let program = Program::bare()
        .env("TFY_API_KEY", KEY)
        .write_cwd_file(".env", format!("TFY_BASE_URL={url}\n"));
    let run = list(program.clone()).run().exits(2);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        format!(
            "error: the key from TFY_API_KEY is not sent to {url}, which TFY_BASE_URL in .env names\n\
             hint: if the key is for that host, export TFY_BASE_URL={url}; if not, unset TFY_API_KEY\n"
        )
    );
    got_nothing(&server);

    lists_nothing(list(program).env("TFY_BASE_URL", &url).run());
    assert!(server.seen().contains(KEY));
}

#[test]
fn fault_11_without_the_key_of_the_environment_the_pair_of_dotenv_is_used() {
    let platform = Platform::start();
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", platform.url(), platform.key());
    let program = Program::bare().env("TFY_API_KEY", KEY).write_cwd_file(".env", file);
    list(program.clone()).run().exits(2);
    assert_eq!(platform.requests().len(), 0);

    lists_nothing(list(program).no_env("TFY_API_KEY").run());
    signed_with(&platform, &platform.key());
}

#[test]
fn fault_11_a_key_from_the_environment_is_not_sent_to_the_host_of_the_sign_in() {
    let server = hostile();
    let url = server.url();
    let program = sign_in(Program::bare().env("TFY_API_KEY", KEY), &url, "a.b.session_SENTINEL");
    let path = program.home().join(".truefoundry/credentials.json");
    let run = list(program.clone()).run().exits(2);
    assert_eq!(
        run.stderr,
        format!(
            "error: the key from TFY_API_KEY is not sent to {url}, which {} names\n\
             hint: if the key is for that host, export TFY_BASE_URL={url}; if not, unset TFY_API_KEY\n",
            path.display()
        )
    );
    got_nothing(&server);
    lists_nothing(list(program.clone().env("TFY_BASE_URL", &url)).run());
    lists_nothing(list(program.no_env("TFY_API_KEY")).run());
}

#[test]
fn a_key_from_dotenv_is_not_sent_to_the_host_of_the_sign_in() {
    let server = hostile();
    let url = server.url();
    let program = sign_in(Program::bare(), &url, "a.b.session_SENTINEL");
    let key_alone = format!("TFY_API_KEY={KEY}\n");
    let program = program.write_cwd_file(".env", &key_alone);
    let run = list(program.clone()).run().exits(2);
    assert!(run.stderr.ends_with(&format!(
        "hint: if the key is for that host, add TFY_BASE_URL={url} to .env; if not, take TFY_API_KEY out of .env\n"
    )));
    got_nothing(&server);

    let mended = program.write_cwd_file(".env", format!("{key_alone}TFY_BASE_URL={url}\n"));
    lists_nothing(list(mended.clone()).run());
    lists_nothing(list(mended.write_cwd_file(".env", "")).run());
}

#[test]
fn fault_12_a_key_beside_a_host_that_cannot_be_used_is_sent_to_no_other() {
    for host in [
        "http://corp.test",
        "corp.test",
        "https://ada:secret@corp.test",
        "https://corp.test?x",
    ] {
        let other = hostile();
        let url = other.url();
        let signed_in = sign_in(Program::bare(), host, "a.b.session_SENTINEL");
        let path = signed_in.home().join(".truefoundry/credentials.json");
        let file = format!("TFY_BASE_URL={host}\nTFY_API_KEY={KEY}\n");
        let in_file = Program::bare().write_cwd_file(".env", file);
        for (program, from) in [
            (signed_in, path.display().to_string()),
            (in_file, "TFY_API_KEY in .env".to_owned()),
        ] {
            let run = list(program.env("TFY_BASE_URL", &url)).run().exits(2);
            let said = format!(
                "error: the key from {from}, which is for a host whose address cannot be used, is not sent to {url}, \
                 which TFY_BASE_URL names\n"
            );
            assert!(run.stderr.starts_with(&said), "{host}: {}", run.stderr);
            assert!(!run.stderr.contains("secret"));
        }
        got_nothing(&other);
    }
}

#[test]
fn fault_12_the_sign_in_for_one_host_is_not_sent_to_another() {
    let (platform, other) = (Platform::start(), hostile());
    let (url, wrong) = (platform.url(), other.url());
    let program = sign_in(Program::bare(), &url, &platform.key());
    let path = program.home().join(".truefoundry/credentials.json");
    let path = path.display();
    let refusal = |from: &str, mend: &str| {
        format!(
            "error: the key from {path}, which is for {url}, is not sent to {wrong}, which {from} names\n\
             hint: run `tfy login --host {wrong}`, {mend}\n"
        )
    };
    let by_flag = list(program.clone()).args(["--base-url", &wrong]).run().exits(2);
    assert_eq!(
        by_flag.stderr,
        refusal(
            "--base-url",
            "export TFY_API_KEY=<a key for it>, or leave out --base-url"
        )
    );
    let by_variable = list(program.clone()).env("TFY_HOST", &wrong).run().exits(2);
    assert_eq!(
        by_variable.stderr,
        refusal("TFY_HOST", "export TFY_API_KEY=<a key for it>, or unset TFY_HOST")
    );
    let in_file = program.clone().write_cwd_file(".env", format!("TFY_API_HOST={wrong}"));
    let by_file = list(in_file.clone()).run().exits(2);
    assert_eq!(
        by_file.stderr,
        refusal(
            "TFY_API_HOST in .env",
            "add TFY_API_KEY=<a key for it> to .env, or take TFY_API_HOST out of .env"
        )
    );
    got_nothing(&other);
    assert_eq!(platform.requests().len(), 0);

    let with_key = list(program.clone()).env("TFY_HOST", &wrong).env("TFY_API_KEY", KEY);
    lists_nothing(with_key.run());
    let pair = format!("TFY_API_HOST={wrong}\nTFY_API_KEY={KEY}");
    lists_nothing(list(in_file.write_cwd_file(".env", pair)).run());
    lists_nothing(list(program.write_cwd_file(".env", "")).run());
    signed_with(&platform, &platform.key());
}

#[test]
fn fault_12_another_port_scheme_or_prefix_is_another_host() {
    let other = hostile();
    for host in [
        "https://127.0.0.1:1".to_owned(),
        format!("{}/team", other.url()),
        other.url().replace("127.0.0.1", "localhost"),
    ] {
        let program = sign_in(Program::bare(), &host, KEY).env("TFY_BASE_URL", other.url());
        list(program).run().exits(2);
    }
    got_nothing(&other);
}

#[test]
fn a_key_from_dotenv_for_one_host_is_not_sent_to_another() {
    let (platform, other) = (Platform::start(), hostile());
    let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", platform.url(), platform.key());
    let program = Program::bare().write_cwd_file(".env", file);
    let run = list(program.clone()).env("TFY_BASE_URL", other.url()).run().exits(2);
    assert!(
        run.stderr
            .ends_with("\nhint: export TFY_API_KEY=<a key for it>, or unset TFY_BASE_URL\n"),
        "{}",
        run.stderr
    );
    got_nothing(&other);
    lists_nothing(list(program.clone()).run());
    let mended = program.env("TFY_BASE_URL", other.url()).env("TFY_API_KEY", KEY);
    lists_nothing(list(mended).run());
}

#[test]
fn a_hostile_dotenv_is_not_evaluated_and_its_refusal_is_safe_to_copy() {
    let server = hostile();
    let url = format!("{}/$TFY_API_KEY", server.url());
    let program = Program::bare()
        .env("TFY_API_KEY", KEY)
        .write_cwd_file(".env", format!("TFY_BASE_URL={url}\n"));
    let run = list(program.clone()).run().exits(2);
    let mend = format!("export TFY_BASE_URL='{url}'");
    assert!(run.stderr.contains(&mend), "{}", run.stderr);
    got_nothing(&server);

    let pair = program.no_env("TFY_API_KEY").write_cwd_file(
        ".env",
        format!("TFY_BASE_URL=\"{url}\"\nTFY_API_KEY=own_key_SENTINEL\n"),
    );
    list(pair).env("HOST_KEY", KEY).run().exits(0);
    let request = &server.seen().requests()[0];
    assert!(
        request.target.starts_with("/$TFY_API_KEY/api/svc/v1/"),
        "{}",
        request.target
    );
    assert_eq!(request.header("authorization"), Some("Bearer own_key_SENTINEL"));
    assert!(!server.seen().contains(KEY));
}

#[test]
fn dotenv_sets_nothing_but_the_pair() {
    let (platform, other) = (Platform::start(), hostile());
    let file = format!(
        "TFY_ALLOW_HTTP=1\nHTTP_PROXY={0}\nhttp_proxy={0}\nALL_PROXY={0}\nHOME=/nowhere\n",
        other.url()
    );
    let program = sign_in(Program::bare(), &platform.url(), &platform.key());
    lists_nothing(list(program.write_cwd_file(".env", &file)).run());

    let plain = Program::against("http://platform.test", KEY).env("HTTP_PROXY", other.url());
    let run = list(plain.write_cwd_file(".env", file)).run().exits(2);
    assert!(
        run.stderr
            .starts_with("error: TFY_BASE_URL: plain http would send the key")
    );
    got_nothing(&other);
}
