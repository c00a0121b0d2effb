//! The request, and the note that describes it.

use super::assert_fails;
use crate::support::{FakeServer, Program, cases, snapshot};

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
    GET /session 200
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
fn invalid_arguments_are_usage_errors() {
    let name = "a name has 3 to 36 characters (a-z, 0-9 and -), starts with a letter, and ends with a letter or digit";
    let table = format!(
        "ab                          | invalid value 'ab' for '[NAME]': {name}
         na\u{301}me                 | invalid value 'na\u{301}me' for '[NAME]': {name}; the character U+0301 is not allowed; try `na-me`
         abc def                     | unexpected argument 'def' found
         abc -o csv                  | invalid --output: only `list` supports this format; use table or json
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
        assert_fails(&Program::new("create").args(arguments).run(), 2, &format!("error: {expected}"));
    }
}
