//! Trusted certificates, and the proxy that the environment sets.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use hyper_util::client::proxy::matcher::Matcher;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use url::{Host, Position, Url};

use crate::settings::{BaseUrl, is_loopback};

/// Protocols that are offered in the TLS handshake.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

const STORE_VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Whether the platform verifier reads [`STORE_VARIABLES`]. The certificates in them then replace the system's store, as with
/// OpenSSL.
const VERIFIER_READS_VARIABLES: bool = cfg!(not(any(windows, target_vendor = "apple")));

/// Returns the TLS configuration. If `is_needed` is `false`, the certificate store is not opened and no certificate is trusted.
pub fn configuration(is_needed: bool) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let mut configuration = if is_needed {
        let verifier = Verifier::new_with_extra_roots(extra_roots()?, provider).map_err(|_| no_certificates_error())?;
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
    } else {
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    };
    configuration.alpn_protocols = ALPN.map(<[u8]>::to_vec).into();
    Ok(configuration)
}

/// Returns `true` if `SSL_CERT_FILE` or `SSL_CERT_DIR` replaces the system's store.
pub fn uses_custom_store() -> bool {
    VERIFIER_READS_VARIABLES && STORE_VARIABLES.into_iter().any(|name| std::env::var_os(name).is_some())
}

fn no_certificates_error() -> anyhow::Error {
    let set = STORE_VARIABLES.into_iter().filter_map(|name| {
        let path = std::env::var_os(name)?;
        Some(format!("{name} ({})", Path::new(&path).display()))
    });
    match set.collect::<Vec<_>>().join(" and ") {
        none if none.is_empty() => anyhow::anyhow!("no trusted CA certificates found on this machine"),
        set => anyhow::anyhow!("no certificates found in {set}"),
    }
}

/// Reads the certificates in `SSL_CERT_FILE`, unless the platform verifier reads them itself.
fn extra_roots() -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let Some(path) = std::env::var_os("SSL_CERT_FILE").filter(|_| !VERIFIER_READS_VARIABLES) else {
        return Ok(Vec::new());
    };
    let certificates = CertificateDer::pem_file_iter(&path).and_then(Iterator::collect);
    certificates.with_context(|| format!("cannot read SSL_CERT_FILE ({})", path.display()))
}

/// Returns the proxy for requests to a server, if any. For a server on this machine, a proxy on another machine is ignored:
/// the API key could leave this machine unencrypted.
pub fn proxy_for(base_url: &BaseUrl) -> Option<Url> {
    if no_proxy_matches_all() {
        return None;
    }
    let target = base_url.to_string().parse().ok()?;
    let proxy = Matcher::from_env().intercept(&target)?;
    let proxy = Url::parse(&proxy.uri().to_string()).ok()?;
    // The host of a URL with a scheme such as socks5 is parsed as a name, even if it is an address.
    let host = proxy.host_str().and_then(|host| Host::parse(host).ok());
    let is_local = host.is_some_and(|host| is_loopback(&host));
    (!base_url.is_loopback() || is_local).then_some(proxy)
}

/// Returns `true` if `NO_PROXY` contains `*`. The proxy matcher applies `*` only to host names, not to addresses.
fn no_proxy_matches_all() -> bool {
    let is_all = |name| std::env::var(name).is_ok_and(|hosts| hosts.split(',').any(|host| host.trim() == "*"));
    ["NO_PROXY", "no_proxy"].into_iter().any(is_all)
}

/// Returns the address of a proxy without its user name and password.
pub fn redacted_url(proxy: &Url) -> String {
    proxy[..Position::BeforeUsername].to_owned() + &proxy[Position::BeforeHost..Position::AfterPort]
}
