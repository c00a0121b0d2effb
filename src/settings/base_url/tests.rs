use proptest::prelude::*;

use super::*;
use crate::token::TokenId;

fn base(text: &str) -> BaseUrl {
    BaseUrl::parse(text, false).unwrap()
}

#[test]
fn plain_http_requires_loopback_or_permission() {
    for text in ["http://127.0.0.1:80", "http://127.9.9.9", "http://[::1]:8080", "http://LOCALHOST"] {
        assert!(BaseUrl::parse(text, false).is_ok(), "{text}");
    }
    assert!(BaseUrl::parse("http://a.test", false).is_err() && BaseUrl::parse("http://a.test", true).is_ok());
}

#[test]
fn pasted_page_or_api_path_is_rejected() {
    for (text, url) in [
        ("https://a.test/api/svc/v1", "https://a.test"),
        ("https://a.test/api/svc/v1/personal-access-tokens?limit=1", "https://a.test"),
        ("https://a.test/team/x/api/llm/", "https://a.test/team/x"),
        ("https://a.test/deployments/cm3k?tab=pods", "https://a.test"),
        ("https://a.test:8443/settings#pat", "https://a.test:8443"),
    ] {
        let error = BaseUrl::parse(text, false).unwrap_err();
        assert_eq!(error, format!("it contains more than the address of the server; use {url}"), "{text}");
    }
    let no_scheme = BaseUrl::parse("a.test/api/svc/v1", false).unwrap_err();
    assert_eq!(no_scheme, "the scheme is missing; use https://a.test");
    for text in ["https://a.test/api", "https://a.test/team/settings-of-x", "https://a.test/api/svcs"] {
        assert_eq!(base(text).to_string(), text);
    }
    assert_eq!(base(" \"https://a.test/\" ").to_string(), "https://a.test");
}

#[test]
fn unsafe_base_url_is_rejected_without_echo() {
    for (text, why) in [
        ("acme.test/team", "the scheme is missing; use https://acme.test/team"),
        ("localhost:8080", "the scheme is missing; use https://localhost:8080"),
        ("http:127.0.0.1:1", "it must begin with https://"),
        ("//acme.test", "the scheme is missing; use https://acme.test"),
        ("tfy_secret", "it looks like an API key"),
        ("https://a.test/x@y/tfy_secret", "it looks like an API key"),
        ("https://tfy_secret@a.test", "it contains a user name or password"),
        ("ftp://a.test", "it must begin with https://"),
        ("file:///etc", "it must begin with https://"),
        ("https://", "it does not contain a valid host"),
        ("https:///x", "it does not contain a valid host"),
        ("https://@a.test", "it contains a user name or password"),
        ("https://a.test/$SECRET", "it contains a variable"),
        ("http://a.test", "http:// would send the API key to a.test unencrypted"),
        ("http://128.0.0.1", "http:// would send the API key to 128.0.0.1 unencrypted"),
        ("http://evil.localhost", "http:// would send the API key to evil.localhost unencrypted"),
        ("http://evil-localhost", "http:// would send the API key to evil-localhost unencrypted"),
        ("http://notlocalhost", "http:// would send the API key to notlocalhost unencrypted"),
    ] {
        let refused = BaseUrl::parse(text, false).unwrap_err();
        assert!(refused.starts_with(why) && !refused.contains("secret"), "{text}: {refused}");
    }
}

#[test]
fn parsing_takes_linear_time() {
    // A quadratic search would take minutes here.
    let path = "/api/x".repeat(200_000);
    assert_eq!(base(&format!("https://a.test{path}")).to_string().len(), path.len() + "https://a.test".len());
}

proptest! {
    #[test]
    fn safe_id_stays_one_path_segment(id in any::<String>()) {
        prop_assume!(TokenId::parse(id.clone()).is_some_and(|id| id.as_path_segment().is_some()));
        let url = base("https://a.test/team").join(["tokens", &id]);
        prop_assert_eq!(url.path_segments().unwrap().count(), 3);
        prop_assert_eq!((url.query(), url.fragment()), (None, None));
        let last = url.path_segments().unwrap().next_back().unwrap();
        prop_assert_eq!(percent_encoding::percent_decode_str(last).decode_utf8().unwrap(), id);
    }

    #[test]
    fn any_text_is_parsed_without_panic(text in any::<String>()) {
        let _ = BaseUrl::parse(&text, false);
    }
}
