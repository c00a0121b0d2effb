//! The platform's address.

use std::fmt;

use url::{Host, Url};

use crate::secret::looks_secret;

/// Where a platform is: scheme, host, port and the prefix of its paths. It never holds a user, password, query or fragment,
/// so it can be shown anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why a text is no base URL. None of these says the text back, since a password may be in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadBaseUrl {
    /// Nothing but white space.
    #[error("it is empty: write https://<tenant>.truefoundry.cloud")]
    Empty,
    /// A key in its place, or inside it.
    #[error("it looks like a key, which goes into TFY_API_KEY: write https://<tenant>.truefoundry.cloud")]
    Key,
    /// White space inside.
    #[error("it has a space or a control character in it")]
    Space,
    /// No `https://`. The form it would have had is here only where the text is a plain host and path.
    #[error("it has no scheme: write {0}")]
    NoScheme(String),
    /// Something other than a web address.
    #[error("it must begin with https:// (or http:// for this machine itself)")]
    Scheme,
    /// No host, or none that can be one.
    #[error("it is not the address of a host")]
    Host,
    /// `user:password@`.
    #[error("it has a user name or password in it: leave out what stands before the @")]
    Credentials,
    /// `?…`
    #[error("it has a query in it: leave out the ? and what follows")]
    Query,
    /// `#…`
    #[error("it has a fragment in it: leave out the # and what follows")]
    Fragment,
    /// Plain http to another machine.
    #[error("plain http would send the key to {0} for anyone to read: use https://, or set TFY_ALLOW_HTTP=1")]
    PlainHttp(String),
}

impl BaseUrl {
    /// Reads a base URL. `http://` is for this machine alone, unless `allow_http`.
    pub fn parse(text: &str, allow_http: bool) -> Result<Self, BadBaseUrl> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadBaseUrl::Empty);
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(BadBaseUrl::Space);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(without_scheme(text));
        };
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err(BadBaseUrl::Scheme);
        }
        if rest.starts_with(['/', '?', '#']) {
            return Err(BadBaseUrl::Host);
        }
        let url = Url::parse(text).map_err(|_| BadBaseUrl::Host)?;
        if !url.username().is_empty()
            || url.password().is_some()
            || rest.split('/').next().is_some_and(|host| host.contains('@'))
        {
            return Err(BadBaseUrl::Credentials);
        }
        if looks_secret(text) {
            return Err(BadBaseUrl::Key);
        }
        if url.query().is_some() {
            return Err(BadBaseUrl::Query);
        }
        if url.fragment().is_some() {
            return Err(BadBaseUrl::Fragment);
        }
        let trimmed = url.path().trim_end_matches('/').to_owned();
        let mut url = Self(url);
        url.0.set_path(&trimmed);
        if url.is_plain_http() && !allow_http && !url.is_loopback() {
            return Err(BadBaseUrl::PlainHttp(url.host()));
        }
        Ok(url)
    }

    /// The address of a resource below the base: the segments are appended to the prefix, each percent-encoded whole.
    pub fn join<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// The host as it stands in the URL.
    pub fn host(&self) -> String {
        self.0.host_str().unwrap_or_default().to_owned()
    }

    /// Whether requests travel unencrypted.
    pub fn is_plain_http(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Whether requests stay on this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.host().is_some_and(|host| is_loopback(&host))
    }
}

/// Whether a host is this machine itself, going by its name alone.
pub fn is_loopback<T: AsRef<str>>(host: &Host<T>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => name.as_ref() == "localhost",
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Tells a forgotten scheme from a scheme we do not speak, and completes the former where nothing secret can be in it.
fn without_scheme(text: &str) -> BadBaseUrl {
    if looks_secret(text) {
        return BadBaseUrl::Key;
    }
    let is_plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '/' | '_' | '[' | ']'));
    let after_colon = text.split_once(':').map_or("0", |(_, rest)| rest);
    let is_port = after_colon.starts_with(|c: char| c.is_ascii_digit()) || text.starts_with('[');
    let is_host = text == "localhost" || text.contains(['.', ':']);
    if is_plain && is_port && is_host {
        BadBaseUrl::NoScheme(format!("https://{text}"))
    } else if text.contains(':') {
        BadBaseUrl::Scheme
    } else {
        BadBaseUrl::NoScheme("https:// before it".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::token::TokenId;

    fn base(text: &str) -> BaseUrl {
        BaseUrl::parse(text, false).unwrap()
    }

    #[test]
    fn a_prefix_and_a_trailing_slash_are_kept_out_of_the_way() {
        for (text, joined) in [
            ("https://a.test", "https://a.test/api/v1"),
            ("https://a.test/", "https://a.test/api/v1"),
            ("https://a.test/team/x", "https://a.test/team/x/api/v1"),
            ("https://a.test:8443/team/x/", "https://a.test:8443/team/x/api/v1"),
        ] {
            assert_eq!(base(text).join(["api", "v1"]).as_str(), joined);
        }
        assert_eq!(base("HTTPS://A.test/").to_string(), "https://a.test");
        assert_eq!(base("https://a.test/team/"), base("https://a.test/team"));
    }

    #[test]
    fn what_could_mislead_or_leak_is_refused_and_never_said_back() {
        for (text, why) in [
            ("", BadBaseUrl::Empty),
            ("https://a b.test", BadBaseUrl::Space),
            (
                "acme.test/team",
                BadBaseUrl::NoScheme("https://acme.test/team".to_owned()),
            ),
            (
                "localhost:8080",
                BadBaseUrl::NoScheme("https://localhost:8080".to_owned()),
            ),
            ("a-secret", BadBaseUrl::NoScheme("https:// before it".to_owned())),
            ("tfy_secret", BadBaseUrl::Key),
            ("https://tfy_secret", BadBaseUrl::Key),
            ("https://a.test/x@y/tfy_secret", BadBaseUrl::Key),
            ("https://tfy_secret@a.test", BadBaseUrl::Credentials),
            ("u:secret@a.test", BadBaseUrl::Scheme),
            ("ftp://a.test", BadBaseUrl::Scheme),
            ("file:///etc", BadBaseUrl::Scheme),
            ("https://", BadBaseUrl::Host),
            ("https:///x", BadBaseUrl::Host),
            ("https://u:secret@a.test", BadBaseUrl::Credentials),
            ("https://@a.test", BadBaseUrl::Credentials),
            ("https://a.test?secret", BadBaseUrl::Query),
            ("https://a.test/#secret", BadBaseUrl::Fragment),
            ("http://a.test", BadBaseUrl::PlainHttp("a.test".to_owned())),
            ("http://128.0.0.1", BadBaseUrl::PlainHttp("128.0.0.1".to_owned())),
            (
                "http://localhost.a.test",
                BadBaseUrl::PlainHttp("localhost.a.test".to_owned()),
            ),
            (
                "http://evil.localhost",
                BadBaseUrl::PlainHttp("evil.localhost".to_owned()),
            ),
            (
                "http://evil-localhost",
                BadBaseUrl::PlainHttp("evil-localhost".to_owned()),
            ),
            ("http://notlocalhost", BadBaseUrl::PlainHttp("notlocalhost".to_owned())),
        ] {
            let refused = BaseUrl::parse(text, false).unwrap_err();
            assert_eq!(refused, why, "{text}");
            assert!(!refused.to_string().contains("secret"));
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_unless_allowed() {
        for text in [
            "http://127.0.0.1:80",
            "http://127.9.9.9",
            "http://[::1]:8080",
            "http://localhost",
            "http://LOCALHOST",
        ] {
            assert!(BaseUrl::parse(text, false).is_ok(), "{text}");
        }
        assert!(BaseUrl::parse("http://a.test", true).is_ok());
    }

    proptest! {
        #[test]
        fn any_id_that_may_go_into_a_path_is_one_segment_of_it(id in any::<String>()) {
            prop_assume!(TokenId::parse(&id).is_some_and(|id| id.as_segment().is_some()));
            let url = base("https://a.test/team").join(["tokens", &id]);
            prop_assert_eq!(url.path_segments().unwrap().count(), 3);
            prop_assert_eq!((url.query(), url.fragment()), (None, None));
            let last = url.path_segments().unwrap().next_back().unwrap();
            prop_assert_eq!(percent_encoding::percent_decode_str(last).decode_utf8().unwrap(), id);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            let _ = BaseUrl::parse(&text, false);
        }
    }
}
