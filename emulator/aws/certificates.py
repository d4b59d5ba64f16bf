"""Makes a certificate authority and a server certificate for some host names.

Usage: certificates.py FOLDER HOST...   Writes ca.pem, server.pem and server.key to FOLDER.
The authority's key is not kept, so nothing else can ever be signed with it.
"""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

folder = pathlib.Path(sys.argv[1])
hosts = sys.argv[2:]
now = datetime.datetime.now(datetime.timezone.utc)
lifetime = datetime.timedelta(days=30)


def name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def certificate(subject, issuer, public_key, signing_key, extensions):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + lifetime)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signing_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


authority_name = "onboarding embedded cloud"
authority_key = ec.generate_private_key(ec.SECP256R1())
server_key = ec.generate_private_key(ec.SECP256R1())

folder.joinpath("ca.pem").write_bytes(
    certificate(
        authority_name,
        authority_name,
        authority_key.public_key(),
        authority_key,
        [(x509.BasicConstraints(ca=True, path_length=0), True)],
    )
)
folder.joinpath("server.pem").write_bytes(
    certificate(
        "response bucket",
        authority_name,
        server_key.public_key(),
        authority_key,
        [
            (x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), False),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        ],
    )
)
key_file = folder.joinpath("server.key")
key_file.touch(mode=0o600)
key_file.write_bytes(
    server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
)
