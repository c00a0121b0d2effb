//! Trusted certificates.

use std::env;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::body::Flag;
use anyhow::Context;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};

use crate::settings::file;

/// Protocols that are offered in the TLS handshake.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

const STORE_VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Maximum size of a file with certificates, in bytes.
const MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;

/// Returns the TLS configuration. If `is_needed` is `false`, the certificate store is not opened and no certificate is trusted.
/// Sets `wants_certificate` if a server asks for a client certificate.
pub fn configuration(is_needed: bool, wants_certificate: Flag) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let mut configuration = if is_needed {
        let named = named_certificates()?;
        let verifier = Verifier { inner: store_verifier(&named, provider)?, named };
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
    } else {
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    };
    configuration.client_auth_cert_resolver = Arc::new(NoClientCertificate(wants_certificate));
    configuration.alpn_protocols = ALPN.map(<[u8]>::to_vec).into();
    Ok(configuration)
}

/// Returns `true` if a variable replaces the system's store, as with OpenSSL. On Windows and macOS, the variables extend it.
pub fn uses_custom_store() -> bool {
    cfg!(not(any(windows, target_vendor = "apple"))) && STORE_VARIABLES.into_iter().any(|name| variable(name).is_some())
}

/// Returns `true` if a server sent the certificate of an authority as its own. rustls has no public type for this error.
pub fn is_authority_error(error: &OtherError) -> bool {
    error.0.to_string().contains("CaUsedAsEndEntity")
}

/// An empty variable counts as unset.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Reads the certificates that `SSL_CERT_FILE` names and, except on systems with a store of their own, `SSL_CERT_DIR`.
fn named_certificates() -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let mut certificates = Vec::new();
    if let Some(path) = variable("SSL_CERT_FILE").map(PathBuf::from).filter(|path| path.exists()) {
        let file = file::open_regular(&path, OpenOptions::new().read(true), true);
        let pem = file.and_then(|file| file::read_limited(file, MAX_FILE_SIZE));
        let pem = pem.with_context(|| format!("cannot read SSL_CERT_FILE ({})", path.display()))?;
        certificates.extend(CertificateDer::pem_slice_iter(&pem).flatten());
    }
    // As with OpenSSL, a directory may be missing, and may contain other files.
    #[cfg(not(any(windows, target_vendor = "apple")))]
    for directory in variable("SSL_CERT_DIR").iter().flat_map(env::split_paths) {
        certificates.extend(rustls_native_certs::load_certs_from_paths(None, Some(&directory)).certs);
    }
    Ok(certificates)
}

/// Returns a verifier for the certificates that the variables name or, without them, for the system's store.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn store_verifier(
    named: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> anyhow::Result<Arc<dyn ServerCertVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(if uses_custom_store() { named.to_vec() } else { system_certificates()? });
    if roots.is_empty() {
        return Err(no_certificates_error());
    }
    Ok(rustls::client::WebPkiServerVerifier::builder_with_provider(roots.into(), provider).build()?)
}

/// Reads the system's store. Fails only if no certificate could be read.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn system_certificates() -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let probed = openssl_probe::probe();
    let mut read = rustls_native_certs::load_certs_from_paths(probed.cert_file.as_deref(), None);
    for directory in &probed.cert_dir {
        let more = rustls_native_certs::load_certs_from_paths(None, Some(directory));
        read.certs.extend(more.certs);
        read.errors.extend(more.errors);
    }
    match read.errors.pop() {
        Some(error) if read.certs.is_empty() => Err(error).context("cannot read the CA certificates of this machine"),
        _ => Ok(read.certs),
    }
}

/// Returns a verifier that asks the system, with the certificates that the variables name.
#[cfg(any(windows, target_vendor = "apple"))]
fn store_verifier(
    named: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> anyhow::Result<Arc<dyn ServerCertVerifier>> {
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(named.iter().cloned(), provider);
    Ok(Arc::new(verifier.map_err(|_| no_certificates_error())?))
}

fn no_certificates_error() -> anyhow::Error {
    let set = STORE_VARIABLES.into_iter().filter_map(|name| {
        let path = variable(name)?;
        Some(format!("{name} ({})", Path::new(&path).display()))
    });
    match set.collect::<Vec<_>>().join(" and ") {
        none if none.is_empty() => anyhow::anyhow!("no trusted CA certificates found on this machine"),
        set => anyhow::anyhow!("no certificates found in {set}"),
    }
}

/// Presents no certificate to a server that asks for one. The server may then end the connection.
#[derive(Debug)]
struct NoClientCertificate(Flag);

impl ResolvesClientCert for NoClientCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.set(true);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Also trusts a certificate that the variables name if a server uses it as its own, although it is marked as the certificate of
/// an authority. `openssl req -x509` makes such certificates.
#[derive(Debug)]
struct Verifier {
    inner: Arc<dyn ServerCertVerifier>,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // This error comes after the check of the dates and before the check of the name.
            Err(Error::InvalidCertificate(CertificateError::Other(error)))
                if is_authority_error(&error) && self.named.iter().any(|named| named == end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
