"""A certificate for a node on the loopback interface, and the authority that signed it."""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# TLS libraries hold certificates to the real time, whatever time the cloud has.
_VALID_FROM = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
_VALID_UNTIL = dt.datetime(2120, 1, 1, tzinfo=dt.timezone.utc)

_CA_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "skymock DAX test authority")])
_NODE_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])


class Certificate:
    """Files in a folder. ca_file: for clients to trust. chain_file: the node's certificate and its key.

    serial: of the two certificates, drawn by the cloud.
    """

    def __init__(self, folder: Path, serial: int) -> None:
        self.ca_file = folder / "ca.pem"
        self.chain_file = folder / "node.pem"
        authority_key, node_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        authority = _authority(authority_key, serial)
        node = _node(node_key, authority_key, serial + 1)
        self.ca_file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
        self.chain_file.write_bytes(node.public_bytes(serialization.Encoding.PEM) + _pem(node_key))


def _authority(key: ec.EllipticCurvePrivateKey, serial: int) -> x509.Certificate:
    builder = _builder(_CA_NAME, key, serial).add_extension(x509.BasicConstraints(True, 0), critical=True)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        builder.add_extension(usage, critical=True)
        .add_extension(own, critical=False)
        .sign(key, hashes.SHA256())
    )


def _node(
    key: ec.EllipticCurvePrivateKey, authority_key: ec.EllipticCurvePrivateKey, serial: int
) -> x509.Certificate:
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _builder(_NODE_NAME, key, serial)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(name: x509.Name, key: ec.EllipticCurvePrivateKey, serial: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(_CA_NAME)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_UNTIL)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
