//! Certificates made for a test.

use std::io::Write;
use std::path::Path;

use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::NamedTempFile;

/// The names in the certificate of a server on loopback.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// A certificate authority, trusted only by clients that read its file.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: NamedTempFile,
}

/// A certificate and its key.
#[derive(Debug)]
pub struct Identity {
    pub(super) certificate: CertificateDer<'static>,
    pub(super) key: PrivateKeyDer<'static>,
    pub pem: String,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        // A verifier would take two authorities of the same name for one with wrong keys.
        let name = format!("Authority {:x}", fastrand::u64(..));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(issuer.pem().as_bytes()).expect("the certificate");
        Self { issuer, file }
    }

    /// The PEM file of its certificate, for `SSL_CERT_FILE`.
    pub fn pem_file(&self) -> &Path {
        self.file.path()
    }

    pub(super) fn certificate(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// A certificate for `localhost` and `127.0.0.1`.
    pub fn identity(&self) -> Identity {
        self.identity_for(&NAMES)
    }

    /// A certificate for other host names.
    pub fn identity_for(&self, names: &[&str]) -> Identity {
        self.issue(&params(names))
    }

    pub fn expired_identity(&self) -> Identity {
        let mut params = params(&NAMES);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        self.issue(&params)
    }

    fn issue(&self, params: &CertificateParams) -> Identity {
        Identity::new(|key| params.signed_by(key, &self.issuer))
    }
}

impl Identity {
    /// A certificate for `localhost` and `127.0.0.1` that signs itself.
    pub fn self_signed() -> Self {
        Self::new(|key| params(&NAMES).self_signed(key))
    }

    /// A certificate that signs itself and is marked as that of an authority, as `openssl req -x509` makes it.
    pub fn self_signed_authority(names: &[&str]) -> Self {
        let mut params = params(names);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self::new(|key| params.self_signed(key))
    }

    fn new(sign: impl Fn(&KeyPair) -> Result<Certificate, rcgen::Error>) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = sign(&key).expect("a certificate");
        Self {
            certificate: certificate.der().clone(),
            pem: certificate.pem(),
            key: PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        }
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().copied().map(String::from).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params
}
