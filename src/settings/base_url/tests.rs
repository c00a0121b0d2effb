use proptest::prelude::*;

use super::*;
use crate::token::TokenId;

fn base(text: &str) -> BaseUrl {
    BaseUrl::parse(text, false).unwrap()
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
        assert_eq!(error, InvalidBaseUrl::Page(url.to_owned()), "{text}");
    }
    let no_scheme = BaseUrl::parse("a.test/api/svc/v1", false).unwrap_err();
    assert_eq!(no_scheme, InvalidBaseUrl::NoScheme("https://a.test".to_owned()));
    for text in ["https://a.test/api", "https://a.test/team/settings-of-x", "https://a.test/api/svcs"] {
        assert_eq!(base(text).to_string(), text);
    }
    assert_eq!(base(" \"https://a.test/\" ").to_string(), "https://a.test");
}

#[test]
fn unsafe_base_url_is_rejected_without_echo() {
    for (text, why) in [
        ("", InvalidBaseUrl::Empty),
        ("https://a b.test", InvalidBaseUrl::Space),
        ("acme.test/team", InvalidBaseUrl::NoScheme("https://acme.test/team".to_owned())),
        ("localhost:8080", InvalidBaseUrl::NoScheme("https://localhost:8080".to_owned())),
        ("a-secret", InvalidBaseUrl::NoScheme("https:// followed by the host".to_owned())),
        ("tfy_secret", InvalidBaseUrl::Key),
        ("https://tfy_secret", InvalidBaseUrl::Key),
        ("https://a.test/x@y/tfy_secret", InvalidBaseUrl::Key),
        ("https://tfy_secret@a.test", InvalidBaseUrl::Credentials),
        ("u:secret@a.test", InvalidBaseUrl::Scheme),
        ("ftp://a.test", InvalidBaseUrl::Scheme),
        ("file:///etc", InvalidBaseUrl::Scheme),
        ("https://", InvalidBaseUrl::Host),
        ("https:///x", InvalidBaseUrl::Host),
        ("https://u:secret@a.test", InvalidBaseUrl::Credentials),
        ("https://@a.test", InvalidBaseUrl::Credentials),
        ("https://a.test?secret", InvalidBaseUrl::Page("https://a.test".to_owned())),
        ("https://a.test/#secret", InvalidBaseUrl::Page("https://a.test".to_owned())),
        ("https://a.test/$SECRET", InvalidBaseUrl::Variable),
        ("${SECRET}", InvalidBaseUrl::Variable),
        ("http://a.test", InvalidBaseUrl::PlainHttp("a.test".to_owned())),
        ("http://128.0.0.1", InvalidBaseUrl::PlainHttp("128.0.0.1".to_owned())),
        ("http://localhost.a.test", InvalidBaseUrl::PlainHttp("localhost.a.test".to_owned())),
        ("http://evil.localhost", InvalidBaseUrl::PlainHttp("evil.localhost".to_owned())),
        ("http://evil-localhost", InvalidBaseUrl::PlainHttp("evil-localhost".to_owned())),
        ("http://notlocalhost", InvalidBaseUrl::PlainHttp("notlocalhost".to_owned())),
    ] {
        let refused = BaseUrl::parse(text, false).unwrap_err();
        assert_eq!(refused, why, "{text}");
        assert!(!refused.to_string().contains("secret"));
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
