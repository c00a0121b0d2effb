//! Whom we trust: the system's certificate store, and what `SSL_CERT_FILE` and `SSL_CERT_DIR` name.

use std::sync::Arc;

use anyhow::Context;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

/// The protocols offered in the handshake.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A TLS configuration. Where nothing will be encrypted (`is_needed` is false) the system's store, which takes milliseconds and
/// may not exist, is not opened, and nobody is trusted.
pub fn configuration(is_needed: bool) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let mut configuration = if is_needed {
        let verifier = Verifier::new_with_extra_roots(extra_roots()?, provider)
            .context("this machine's certificate store cannot be used")?;
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

/// The certificates of `SSL_CERT_FILE`, on the systems whose own verifier does not look there: elsewhere the file takes the
/// place of the system's store, as with OpenSSL.
fn extra_roots() -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let looks_there_itself = cfg!(not(any(windows, target_vendor = "apple")));
    let Some(path) = std::env::var_os("SSL_CERT_FILE").filter(|_| !looks_there_itself) else {
        return Ok(Vec::new());
    };
    let certificates = CertificateDer::pem_file_iter(&path).and_then(Iterator::collect);
    certificates.with_context(|| format!("SSL_CERT_FILE ({}) cannot be read", path.display()))
}
