//! Whom we trust: the system's certificate store, and what `SSL_CERT_FILE` and `SSL_CERT_DIR` name.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

/// The protocols offered in the handshake.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The variables that name certificates to trust.
const NAMES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Whether the verifier looks there itself: what is named there then takes the place of the system's store, as with OpenSSL.
const VERIFIER_READS_NAMES: bool = cfg!(not(any(windows, target_vendor = "apple")));

/// A TLS configuration. Where nothing will be encrypted (`is_needed` is false) the system's store, which takes milliseconds and
/// may not exist, is not opened, and nobody is trusted.
pub fn configuration(is_needed: bool) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let mut configuration = if is_needed {
        let verifier = Verifier::new_with_extra_roots(extra_roots()?, provider).map_err(|_| nobody_to_trust())?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()
    } else {
        builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth()
    };
    configuration.alpn_protocols = ALPN.map(<[u8]>::to_vec).into();
    Ok(configuration)
}

/// Whether `SSL_CERT_FILE` or `SSL_CERT_DIR` takes the place of the system's store.
pub fn has_store_of_its_own() -> bool {
    VERIFIER_READS_NAMES && NAMES.into_iter().any(|name| std::env::var_os(name).is_some())
}

/// Why there is no certificate to begin with.
fn nobody_to_trust() -> anyhow::Error {
    let named = NAMES.into_iter().filter_map(|name| {
        let path = std::env::var_os(name)?;
        Some(format!("{name} ({})", Path::new(&path).display()))
    });
    match named.collect::<Vec<_>>().join(" and ") {
        nowhere if nowhere.is_empty() => anyhow::anyhow!("this machine has no certificates that say whom to trust"),
        named => anyhow::anyhow!("there is no certificate to trust in {named}"),
    }
}

/// The certificates of `SSL_CERT_FILE`, where the system's own verifier does not look there.
fn extra_roots() -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let Some(path) = std::env::var_os("SSL_CERT_FILE").filter(|_| !VERIFIER_READS_NAMES) else {
        return Ok(Vec::new());
    };
    let certificates = CertificateDer::pem_file_iter(&path).and_then(Iterator::collect);
    certificates.with_context(|| format!("SSL_CERT_FILE ({}) cannot be read", path.display()))
}
