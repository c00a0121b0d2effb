//! Missing settings. The hint names the source that has the other setting.

use super::Hosts;
use crate::support::{Program, cases, snapshot};

#[test]
fn missing_settings_hint_lists_login_options() {
    snapshot!(Program::new("list"), @"
    exit: 3
    --- stderr
    error: not logged in: base URL and API key are not set
    hint: run `tfy login --host https://YOUR-TENANT.truefoundry.cloud`, or set TFY_BASE_URL and TFY_API_KEY
    ");
    snapshot!(Program::new("list -o json"), @r#"
    exit: 3
    --- stderr
    {"error":{"kind":"not-signed-in","message":"not logged in: base URL and API key are not set","hint":"run `tfy login --host https://YOUR-TENANT.truefoundry.cloud`, or set TFY_BASE_URL and TFY_API_KEY","status":null,"exitCode":3}}
    "#);
}

#[test]
fn missing_setting_hint_names_its_source() {
    for case in cases(
        "TFY_API_KEY=a | | base URL is not set | run `export TFY_BASE_URL=https://YOUR-TENANT.truefoundry.cloud`
         | TFY_API_KEY=a | base URL is not set | add TFY_BASE_URL=https://YOUR-TENANT.truefoundry.cloud to .env
         TFY_HOST=A    | | API key is not set | set TFY_API_KEY, or run `tfy login --host A`
         | TFY_HOST=A    | API key is not set | add TFY_API_KEY to .env, or run `tfy login --host A`",
    ) {
        let [variables, dotenv, message, hint] = case.columns();
        let hosts = Hosts::start();
        let program = hosts.program(variables, dotenv, "");
        let run = program.run().exits(3);
        let expected = format!("error: not logged in: {message}\nhint: {hint}\n");
        assert_eq!(hosts.abbreviate(&run.stderr, &program), expected);
        assert_eq!((run.stdout.as_str(), hosts.a.requests().len()), ("", 0), "{case:?}");
    }
}
