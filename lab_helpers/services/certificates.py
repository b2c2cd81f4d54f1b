"""A certificate that nobody signed but itself, as `openssl req -x509` makes one."""

from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

#: How long it is valid.
LASTS = timedelta(days=30)


def self_signed(name: str) -> trustme.LeafCert:
    """A certificate for a host name with its key, in the shape that `trustme` gives its own."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    itself = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(itself)
        .issuer_name(itself)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return trustme.LeafCert(secret, certificate.public_bytes(Encoding.PEM), [])
