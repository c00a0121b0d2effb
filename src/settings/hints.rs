//! Failures of settings, with hints that can be pasted into a shell.

use super::Account;
use super::base_url::BaseUrl;
use super::env;
use super::sources::Source;
use crate::error::{Failure, Kind};
use crate::untrusted::{display_path, shell_word};

const FIRST_RUN: &str = "run `tfy-tokens login https://YOUR-TENANT.truefoundry.cloud` with the address that your browser shows for \
    TrueFoundry, or set TFY_BASE_URL to it and TFY_API_KEY to a key from its page Access → Personal Access Tokens";

/// The failure if the base URL, the API key or both are not set.
pub fn missing(base_url: Option<&(Source, BaseUrl)>, key_source: Option<&Source>) -> Failure {
    let (missing, hint) = match (base_url, key_source) {
        (None, None) => ("base URL and API key are not set", FIRST_RUN.to_owned()),
        (None, Some(key_source)) => {
            ("base URL is not set", set_base_url(key_source, "https://YOUR-TENANT.truefoundry.cloud"))
        }
        // The file may be hostile, so a login at its host is not recommended.
        (Some((source @ Source::DotEnv(_), url)), _) => {
            let hint = format!("add a key for {url} to .env as TFY_API_KEY, or {}", unset(source));
            ("API key is not set", hint)
        }
        (Some((_, url)), _) => ("API key is not set", format!("set TFY_API_KEY, or run {}", login(url))),
    };
    Failure::new(Kind::NotSignedIn, format!("not logged in: {missing}")).hint(hint)
}

/// The failure if the API key belongs to another host, or if a less trusted source names the host. `host_of_key` is the host that
/// the key belongs to, if it is another one.
pub fn key_host_mismatch(base_url: (&Source, &BaseUrl), key_source: &Source, host_of_key: Option<&str>) -> Failure {
    let (url_source, url) = base_url;
    let (message, hint) = if let Some(host) = host_of_key {
        let hint = match key_source {
            Source::Login(_) if matches!(url_source, Source::DotEnv(_)) => unset(url_source),
            Source::Login(_) => format!("run {}, or {}", login(url), unset(url_source)),
            _ => format!("set TFY_API_KEY to a key for {url}, or {}", unset(url_source)),
        };
        (format!("the API key from {key_source} belongs to {host}, not to {url} (set by {url_source})"), hint)
    } else {
        let hint = if matches!(url_source, Source::DotEnv(_)) {
            // The file may be hostile, so its host is not recommended.
            format!("set TFY_BASE_URL to the host of the key, or {}", unset(key_source))
        } else {
            let set_url = set_base_url(key_source, &url.to_string());
            format!("if the key belongs to this host, {set_url}; otherwise {}", unset(key_source))
        };
        (format!("refusing to send the API key from {key_source} to {url} (set by {url_source})"), hint)
    };
    Failure::new(Kind::Usage, message).hint(hint)
}

/// Hint for a user whose API key was rejected.
pub fn new_key_hint(account: &Account) -> String {
    let login = login(&account.base_url);
    match &account.key_source {
        Source::Login(_) => format!("run {login}"),
        Source::StandardInput => format!("use another key, or run {login}"),
        // The file may be hostile, so a login at its host is not recommended.
        Source::DotEnv(name) if matches!(account.base_url_source, Source::DotEnv(_)) => {
            format!("set {name} in .env to a valid key, or {}", unset(&account.base_url_source))
        }
        Source::DotEnv(name) => format!("set {name} in .env to a valid key, or remove it from .env and run {login}"),
        Source::KeyFile(path) => {
            format!("write a valid key to {}, or unset {} and run {login}", display_path(path), env::KEY_FILE)
        }
        source => format!("set {source} to a valid key, or unset it and run {login}"),
    }
}

/// Hint to log in, so that the session is used instead of the current API key.
pub fn login_hint(account: &Account) -> String {
    match &account.key_source {
        Source::Login(_) => format!("run {}", login(&account.base_url)),
        _ if matches!(account.base_url_source, Source::DotEnv(_)) => unset(&account.base_url_source),
        source => format!("{} and run {}", unset(source), login(&account.base_url)),
    }
}

/// Hint to set the base URL next to the setting that came from `source`.
fn set_base_url(source: &Source, url: &str) -> String {
    let word = shell_word(url);
    match source {
        Source::DotEnv(_) => format!("add TFY_BASE_URL={word} to .env"),
        // PowerShell requires quotes around every value.
        _ if cfg!(windows) => format!("run `$env:TFY_BASE_URL = '{}'`", word.trim_matches('\'')),
        _ => format!("run `export TFY_BASE_URL={word}`"),
    }
}

/// Hint to remove a setting.
pub fn unset(source: &Source) -> String {
    match source {
        Source::Flag => "omit --base-url".to_owned(),
        Source::Variable(name) => format!("unset {name}"),
        Source::KeyFile(_) => format!("unset {}", env::KEY_FILE),
        Source::DotEnv(name) => format!("remove {name} from .env"),
        Source::Login(_) => "run `tfy-tokens logout`".to_owned(),
        Source::StandardInput => "type another key".to_owned(),
    }
}

/// Hint to log in again. `host` may be invalid.
pub fn relogin(host: &str) -> String {
    let login = BaseUrl::parse(host, true).map(|url| login(&url));
    format!("run {}", login.unwrap_or_else(|_| "`tfy-tokens login`".to_owned()))
}

fn login(url: &BaseUrl) -> String {
    format!("`tfy-tokens login {}`", shell_word(&url.to_string()))
}
