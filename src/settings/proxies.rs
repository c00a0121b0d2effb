//! The variables that name proxies. The HTTP client reads them itself, and passes over those it does not understand without a word.

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::environment::Environment;
use crate::error::Error;

const PROXY_NAMES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

const NO_PROXY_NAMES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// What to warn of: the variables that name no proxy, though they are set. One that is not Unicode is refused.
pub fn warnings(environment: &Environment) -> Result<Vec<String>, Error> {
    for name in NO_PROXY_NAMES {
        environment.text(name)?;
    }
    let mut warnings = Vec::new();
    for name in PROXY_NAMES.into_iter().filter(|name| environment.is_set(name)) {
        if !environment.text(name)?.is_some_and(names_a_proxy) {
            warnings.push(format!(
                "{name} is passed over: it is not the address of a proxy, as http://proxy:3128"
            ));
        }
    }
    Ok(warnings)
}

fn names_a_proxy(text: &str) -> bool {
    let matcher = Matcher::builder().all(text).build();
    let anywhere = "http://anywhere.test".parse().ok();
    let proxy = anywhere.and_then(|anywhere| matcher.intercept(&anywhere));
    proxy.is_some_and(|proxy| Url::parse(&proxy.uri().to_string()).is_ok())
}
