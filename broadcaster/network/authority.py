"""A certificate authority of the station's own, for communes that have no public name."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from broadcaster.errors import NetworkError
from broadcaster.language import _
from broadcaster.network.keys import write_secret
from broadcaster.network.listening import Certificate

AUTHORITY = "authority.pem"
SERVER, SERVER_KEY = "server.pem", "server.key"
_LIFE = timedelta(days=20 * 365)
"""A hamlet PC that nobody looks after must not stop over a date; the authority signs this one server."""


def make_authority(folder: Path, names: Sequence[str], now: datetime) -> Certificate:
    """Sign a server certificate for `names` (host names, IP addresses); the authority's key is thrown away.

    Writes authority.pem, server.pem and server.key. NetworkError: one of them exists, or no name.
    """
    if not names:
        raise NetworkError(_("A certificate needs a name or an address"), str(folder))
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _key in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broadcaster station authority")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    root = _builder(issuer, issuer, authority_key.public_key(), authority_key.public_key(), now)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = root.add_extension(_usage(sign=True), critical=True)
    server = _builder(subject, issuer, server_key.public_key(), authority_key.public_key(), now)
    server = server.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    server = server.add_extension(_usage(sign=False), critical=True)
    server = server.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    server = server.add_extension(x509.SubjectAlternativeName(list(map(_alternative, names))), critical=False)
    files = {
        SERVER_KEY: server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        SERVER: server.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
        AUTHORITY: root.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
    }
    for name in files:
        if (folder / name).exists():
            raise NetworkError(
                _("There is a certificate already"),
                str(folder / name),
                _("Hamlet PCs trust it: move it away only to enrol them all again"),
            )
    for name, content in files.items():
        write_secret(folder / name, content)
    return Certificate(folder / SERVER, folder / SERVER_KEY)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    now: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign,
        key_cert_sign=sign,
        crl_sign=sign,
        **dict.fromkeys(
            (
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        ),
    )


def _alternative(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(name))
    try:
        return x509.DNSName(name.encode("idna").decode())
    except (UnicodeError, ValueError) as error:
        raise NetworkError(_("There is no such host name"), name) from error
