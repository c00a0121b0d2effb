//! What mends settings that cannot be used: lines that can be typed as they stand.

use std::borrow::Cow;

use super::account::Source;
use super::base_url::BaseUrl;
use crate::error::Error;

/// The failure of settings that lack the base URL, the key or both.
pub fn missing(base_url: Option<&(BaseUrl, Source)>, key_from: Option<&Source>) -> Error {
    let (missing, hint) = match (base_url, key_from) {
        (None, None) => (
            "neither a base URL nor a key",
            "export TFY_BASE_URL=https://<tenant>.truefoundry.cloud and TFY_API_KEY=<your key>, or run `tfy login`"
                .to_owned(),
        ),
        (None, Some(key_from)) => (
            "no base URL",
            set(key_from, "TFY_BASE_URL=https://<tenant>.truefoundry.cloud"),
        ),
        (Some((url, url_from)), _) => (
            "no key",
            format!("{}, or run {}", set(url_from, "TFY_API_KEY=<your key>"), login(url)),
        ),
    };
    Error::NotSignedIn { missing, hint }
}

/// The failure of a key that would go to a host which it is not for, or which a less trusted place names. `host_of_key` says which
/// one stands beside the key, where that is another.
pub fn split((url, url_from): &(BaseUrl, Source), key_from: &Source, host_of_key: Option<String>) -> Error {
    let hint = match (&host_of_key, key_from) {
        (Some(_), Source::SignIn(_)) => format!(
            "run {}, {}, or {}",
            login(url),
            set(url_from, "TFY_API_KEY=<a key for it>"),
            take_out(url_from)
        ),
        (Some(_), _) => format!(
            "{}, or {}",
            set(url_from, "TFY_API_KEY=<a key for it>"),
            take_out(url_from)
        ),
        (None, _) => format!(
            "if the key is for that host, {}; if not, {}",
            set(key_from, &format!("TFY_BASE_URL={}", shell_word(&url.to_string()))),
            take_out(key_from)
        ),
    };
    Error::SplitPair {
        key_from: key_from.to_string(),
        key_for: host_of_key,
        base_url: url.to_string(),
        base_url_from: url_from.to_string(),
        hint,
    }
}

/// Says how a key gives way to a new sign-in on its platform: what is set comes before what `tfy login` writes.
pub fn sign_in_instead(url: &BaseUrl, key_from: &Source) -> String {
    match key_from {
        Source::SignIn(_) => "run `tfy login --relogin`".to_owned(),
        _ => format!("run {}, and {}: it comes first", login(url), take_out(key_from)),
    }
}

/// Says to set something in the place that `beside` is in, or in one that is trusted more.
fn set(beside: &Source, assignment: &str) -> String {
    match beside {
        Source::DotEnv(_) => format!("add {assignment} to .env"),
        Source::Flag | Source::Variable(_) | Source::SignIn(_) => format!("export {assignment}"),
    }
}

/// Says to make a setting go away.
fn take_out(source: &Source) -> String {
    match source {
        Source::Flag => "leave out --base-url".to_owned(),
        Source::Variable(name) => format!("unset {name}"),
        Source::DotEnv(name) => format!("take {name} out of .env"),
        Source::SignIn(_) => "run `tfy logout`".to_owned(),
    }
}

fn login(url: &BaseUrl) -> String {
    format!("`tfy login --host {}`", shell_word(&url.to_string()))
}

/// The text as a shell takes it for one word, whatever is in it: a hint is there to be copied, and the host in it may have been
/// named by somebody else.
pub fn shell_word(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '.' | '-' | '_' | '%' | '[' | ']');
    if !text.is_empty() && text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_any_text_for_one_word_and_evaluates_nothing_in_it() {
        for (text, word) in [
            ("https://acme.test:8443/team_x", "https://acme.test:8443/team_x"),
            ("https://acme.test/$TFY_API_KEY", "'https://acme.test/$TFY_API_KEY'"),
            ("https://acme.test/;id", "'https://acme.test/;id'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }
}
