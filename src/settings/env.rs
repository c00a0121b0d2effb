//! Environment variables.

use std::ffi::OsString;
use std::path::PathBuf;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::error::Failure;
use crate::redact;
use crate::secret::{parse_public_text, without_quotes};

/// The variable that holds the API key.
pub const KEY: &str = "TFY_API_KEY";

/// The variable that names a file with the API key, as Docker and Kubernetes mount it.
pub const KEY_FILE: &str = "TFY_API_KEY_FILE";

/// The variables that turn prompts off. CI systems set `CI`, and some of them run jobs in a pseudo-terminal.
pub const NO_PROMPTS: [&str; 2] = ["CI", "TFY_NO_INPUT"];

/// The variables that hold the base URL, in order of precedence.
pub const BASE_URLS: [&str; 3] = ["TFY_BASE_URL", "TFY_HOST", "TFY_API_HOST"];

const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Variables that decide which programs and libraries run.
const RESERVED: [&str; 4] = ["PATH", "HOME", "SHELL", "IFS"];

const RESERVED_PREFIXES: [&str; 3] = ["TFY_", "LD_", "DYLD_"];

/// Returns the value of a variable, or `None` if it is not set. The error does not contain the value.
pub fn text(name: &str) -> Result<Option<String>, Failure> {
    let text = std::env::var_os(name).map(OsString::into_string);
    text.transpose().map_err(|_| Failure::invalid(name, "it is not valid Unicode"))
}

/// Redacts the API key from all output. Errors about the command line may repeat it before any settings are read.
pub fn remember_key() {
    if let Ok(Some(key)) = text(KEY) {
        redact::remember(without_quotes(&key));
    }
}

/// Returns `true` unless the variable is unset, empty, `0` or `false`.
pub fn is_on(name: &str) -> bool {
    is_set(name) && !["0", "false"].iter().any(|off| is(name, off))
}

/// Returns `true` if the variable is set and not empty, as `NO_COLOR` and similar variables require.
pub fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Returns `true` if the user allows unencrypted requests to other machines.
pub fn allows_http() -> bool {
    is("TFY_ALLOW_HTTP", "1")
}

pub fn is(name: &str, value: &str) -> bool {
    std::env::var_os(name).is_some_and(|found| found == value)
}

/// The home directory, if the environment names one.
pub fn home() -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Parses the value of `--env`: the name of a variable.
pub fn parse_variable(text: &str) -> Result<String, String> {
    let name = parse_public_text(text).map_err(|error| error.to_string())?;
    let is_name = !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Err("expected the name of an environment variable, without a value".to_owned());
    }
    // Windows ignores the case of names.
    let upper = name.to_ascii_uppercase();
    if RESERVED.contains(&&*upper) || RESERVED_PREFIXES.iter().any(|prefix| upper.starts_with(prefix)) {
        return Err("this variable must not contain a token".to_owned());
    }
    Ok(name)
}

/// Returns a warning for each proxy variable that is set but has no effect, because it is not an address.
/// Fails if a variable is not valid Unicode.
pub fn proxy_warnings() -> Result<Vec<String>, Failure> {
    text("NO_PROXY").and(text("no_proxy"))?;
    let mut warnings = Vec::new();
    for name in PROXIES.into_iter().filter(|name| is_set(name)) {
        if !text(name)?.is_some_and(|value| is_proxy(&value)) {
            warnings.push(format!("ignoring {name}: it is not an address such as http://proxy:3128"));
        }
    }
    Ok(warnings)
}

fn is_proxy(text: &str) -> bool {
    let matcher = Matcher::builder().all(text).build();
    let target = "http://example.test".parse().ok();
    let proxy = target.and_then(|target| matcher.intercept(&target));
    proxy.is_some_and(|proxy| Url::parse(&proxy.uri().to_string()).is_ok())
}
