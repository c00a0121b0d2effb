//! The request, and the note that describes it.

use super::{assert_fails, created};
use crate::support::{Call, FakeServer, Program, cases, snapshot};

#[test]
fn request_has_only_given_options() {
    let server = FakeServer::start();
    created(&server, "");
    let request = &server.calls(Call::Create)[0];
    for (name, value) in [
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("authorization", &format!("Bearer {}", server.key())),
        ("user-agent", concat!("tfy-tokens/", env!("CARGO_PKG_VERSION"))),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    assert_eq!(String::from_utf8_lossy(&request.body), r#"{"name":"ci-run-81"}"#);
}

#[test]
fn all_options_are_sent_and_described() {
    let server = FakeServer::start();
    let program = server.program("create ci-run-81 --expires 90d --type jwt --team platform --account acme-eu");
    snapshot!(program.delivers_value(), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token ci-run-81 on [SERVER]; expires at [now+90d] (in 90 days); type: jwt; team: platform; account: acme-eu
    warning: Save this token NOW — it will not be shown again.
    --- requests
    POST /personal-access-tokens 201 {"accountName":"acme-eu","expirationDate":"[now+90d]","name":"ci-run-81","teamName":"platform","tokenType":"jwt"}
    "#);
}

#[test]
fn token_for_other_user_has_own_call() {
    let server = FakeServer::start();
    let program = server.program("create onboarding --for-user grace@acme.test --team data --expires never");
    snapshot!(program.delivers_value(), @r#"
    exit: 0
    --- stdout
    [VALUE]
    --- stderr
    Creating token onboarding on [SERVER]; never expires; team: data; user: grace@acme.test
    warning: Save this token NOW — it will not be shown again.
    --- requests
    POST /personal-access-tokens/for-user 201 {"name":"onboarding","teamName":"data","userEmail":"grace@acme.test"}
    "#);
    assert_eq!((server.names().as_str(), server.tokens_of("grace@acme.test").len()), ("", 1));
}

#[test]
fn token_creates_token_if_server_allows() {
    let server = FakeServer::start();
    server.sign_in_with_token("laptop");
    server.rules(|rules| rules.tokens_may_create = true);
    created(&server, "");
}

#[test]
fn invalid_arguments_are_usage_errors() {
    let name = "a name has 3 to 36 characters (a-z, 0-9 and -), starts with a letter, and ends with a letter or digit";
    let long = "a".repeat(37);
    let table = format!(
        "ab                          | invalid value 'ab' for '[NAME]': {name}
         9lives                      | invalid value '9lives' for '[NAME]': {name}
         Upper                       | invalid value 'Upper' for '[NAME]': {name}
         a_b                         | invalid value 'a_b' for '[NAME]': {name}
         ends-                       | invalid value 'ends-' for '[NAME]': {name}
         na\u{301}me                 | invalid value 'na\u{301}me' for '[NAME]': {name}
         {long}                      | invalid value '{long}' for '[NAME]': {name}
         abc def                     | unexpected argument 'def' found
         abc --type saml             | invalid value 'saml' for '--type <TYPE>'
         abc --for-user grace        | invalid value 'grace' for '--for-user <EMAIL>': expected an email address
         abc --team=                 | invalid value '' for '--team <TEAM>': it is empty
         abc --account=              | invalid value '' for '--account <ACCOUNT>': it is empty
         abc --for-user a@b.test --type jwt    | the argument '--for-user <EMAIL>' cannot be used with '--type <TYPE>'
         abc --for-user a@b.test --account abc | the argument '--for-user <EMAIL>' cannot be used with '--account <ACCOUNT>'"
    );
    for case in cases(&table) {
        let [arguments, expected] = case.columns();
        // The program has no settings, so an error about them would show that it did more than parse.
        let program = Program::new("create").args(arguments);
        assert_fails(&program.run(), 2, &format!("error: {expected}"));
    }
    let program = Program::new("create").arg("a b");
    assert_fails(&program.run(), 2, "error: invalid value 'a b' for '[NAME]'");
}
