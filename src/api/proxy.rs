//! Proxies, as the environment names them.

use hyper_util::client::proxy::matcher::Matcher;
use url::{Host, Url};

use crate::settings::{BaseUrl, is_loopback};

/// The proxy that the environment names for this platform. For a platform on this machine, one on another machine is not used: the
/// key would travel there in plain text.
pub fn on_the_way_to(base_url: &BaseUrl) -> Option<Url> {
    if passes_all_by() {
        return None;
    }
    let target = base_url.to_string().parse().ok()?;
    let proxy = Matcher::from_env().intercept(&target)?;
    let proxy = Url::parse(&proxy.uri().to_string()).ok()?;
    // The host of a URL whose scheme is not one of the web's is read as a name, whatever it is.
    let host = proxy.host_str().and_then(|host| Host::parse(host).ok());
    let is_near = host.is_some_and(|host| is_loopback(&host));
    (!base_url.is_loopback() || is_near).then_some(proxy)
}

/// Whether the environment says to use no proxy at all, which the client takes to be said of names alone and not of addresses.
fn passes_all_by() -> bool {
    let is_all = |name| std::env::var(name).is_ok_and(|hosts| hosts.split(',').any(|host| host.trim() == "*"));
    ["NO_PROXY", "no_proxy"].into_iter().any(is_all)
}

/// The address of a proxy as it may be seen. What stands before an @ is a password, or the rest of one that has an @ in it.
pub fn shown(proxy: &Url) -> String {
    proxy[..url::Position::BeforeUsername].to_owned() + &proxy[url::Position::BeforeHost..url::Position::AfterPort]
}
