//! What mends settings that cannot be used: lines that can be typed as they stand.

use super::account::{Account, Source};
use super::base_url::BaseUrl;
use crate::error::Error;
use crate::text::shell_word;

/// The failure of settings that lack the base URL, the key or both.
pub fn missing(base_url: Option<&(BaseUrl, Source)>, key_from: Option<&Source>) -> Error {
    let (missing, hint) = match (base_url, key_from) {
        (None, None) => (
            "neither a base URL nor a key",
            "export TFY_BASE_URL=https://<tenant>.truefoundry.cloud and TFY_API_KEY=<your key>, or run `tfy login --host https://<tenant>.truefoundry.cloud`"
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

/// How to get another key in the place of one that is not accepted.
pub fn another_key(account: &Account) -> String {
    let sign_in = sign_in_instead(account);
    match account.key_from() {
        Source::SignIn(_) => sign_in,
        _ => format!("set another key there, or {sign_in}"),
    }
}

/// How the key gives way to a new sign-in: what is set comes before what `tfy login` writes.
pub fn sign_in_instead(account: &Account) -> String {
    match account.key_from() {
        Source::SignIn(_) => sign_in_again(Some(account.base_url())),
        key_from => format!(
            "run {} and {}, which comes first",
            login(account.base_url()),
            take_out(key_from)
        ),
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

/// What mends a sign-in that is over or makes no sense, on its platform where that is known.
pub fn sign_in_again(url: Option<&BaseUrl>) -> String {
    let host = url.map(|url| format!(" --host {}", shell_word(&url.to_string())));
    format!("run `tfy login --relogin{}`", host.unwrap_or_default())
}
