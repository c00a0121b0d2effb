//! A host from a less trusted source receives neither a key nor a connection.

use super::{CREDENTIALS, Hosts, KEY, LIST, assert_untouched, credentials, greedy_server};
use crate::support::{Program, cases};

#[test]
fn key_is_not_sent_to_other_host() {
    for case in cases(
        "# The source of the host is trusted less than the source of the key.
         TFY_API_KEY=a  | TFY_BASE_URL=B TFY_API_KEY=b |     |              | refusing to send the API key from TFY_API_KEY to B (set by TFY_BASE_URL in .env) | set TFY_BASE_URL to the host of the key, or unset TFY_API_KEY
         TFY_API_KEY=a  | TFY_BASE_URL=B/;id             |     |              | refusing to send the API key from TFY_API_KEY to B/;id (set by TFY_BASE_URL in .env) | set TFY_BASE_URL to the host of the key, or unset TFY_API_KEY
         TFY_API_KEY=a  |                              | B b |              | refusing to send the API key from TFY_API_KEY to B (set by LOGIN) | if the key belongs to this host, run `export TFY_BASE_URL=B`; otherwise unset TFY_API_KEY
                        | TFY_API_KEY=a                | B b |              | refusing to send the API key from TFY_API_KEY in .env to B (set by LOGIN) | if the key belongs to this host, add TFY_BASE_URL=B to .env; otherwise remove TFY_API_KEY from .env
         # The source of the key has a host of its own.
                        |                              | A a | --base-url B | the API key from LOGIN belongs to A, not to B (set by --base-url) | run `tfy-tokens login B`, or omit --base-url
         TFY_HOST=B     |                              | A a |              | the API key from LOGIN belongs to A, not to B (set by TFY_HOST) | run `tfy-tokens login B`, or unset TFY_HOST
                        | TFY_API_HOST=B               | A a |              | the API key from LOGIN belongs to A, not to B (set by TFY_API_HOST in .env) | remove TFY_API_HOST from .env
         TFY_BASE_URL=B | TFY_BASE_URL=A TFY_API_KEY=a |     |              | the API key from TFY_API_KEY in .env belongs to A, not to B (set by TFY_BASE_URL) | set TFY_API_KEY to a key for B, or unset TFY_BASE_URL
         # That host cannot be used. It may contain a password, so it is not printed.
         TFY_BASE_URL=B |             | http://corp.test a              |    | the API key from LOGIN belongs to a host with an invalid address, not to B (set by TFY_BASE_URL) | run `tfy-tokens login B`, or unset TFY_BASE_URL
         TFY_BASE_URL=B |             | https://ada:SENTINEL@corp.test a |   | the API key from LOGIN belongs to a host with an invalid address, not to B (set by TFY_BASE_URL) | run `tfy-tokens login B`, or unset TFY_BASE_URL
         TFY_BASE_URL=B | TFY_API_KEY=a TFY_HOST=corp.test                |     |   | the API key from TFY_API_KEY in .env belongs to a host with an invalid address, not to B (set by TFY_BASE_URL) | set TFY_API_KEY to a key for B, or unset TFY_BASE_URL",
    ) {
        let [variables, dotenv, login, arguments, message, hint] = case.columns();
        let hosts = Hosts::start();
        let program = hosts.program(variables, dotenv, login).args(&hosts.expand(arguments));
        let run = program.run().exits(2);
        let expected = format!("error: {message}\nhint: {hint}\n");
        assert_eq!(hosts.abbreviate(&run.stderr, &program), expected);
        assert_eq!((run.stdout.as_str(), hosts.a.requests().len()), ("", 0), "{case:?}");
        assert_untouched(&hosts.b);
    }
}

#[test]
fn scheme_port_and_prefix_belong_to_host() {
    let server = greedy_server();
    let url = server.url();
    for host in ["http://127.0.0.1:1", &format!("{url}/team"), &url.replace("http:", "https:")] {
        let program = Program::new(LIST).home_file(CREDENTIALS, credentials(host, KEY));
        program.env("TFY_BASE_URL", &url).run().exits(2);
    }
    assert_untouched(&server);
}
