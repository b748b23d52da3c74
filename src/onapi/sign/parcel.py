"""A certificate file and its password in one parcel, as they go into a cell; key and certificate come out as PEM.

A .p12 is a nest of ciphers of the last thirty years that a stranger has filled in: it is opened where it can be killed.
"""

from typing import Final

from onapi.errors import InvalidDocument
from onapi.sign.certificate import read_signer

MOST_BYTES: Final = 64 * 1024
_LENGTH_BYTES = 2
_MOST_PASSWORD = 1024  # bytes


def packed(data: bytes, password: str) -> bytes:
    """The parcel; InvalidDocument (`certificate_missing`) if the file or the password is too long to be one."""
    if len(data) > MOST_BYTES:
        sentence = "El archivo del certificado pesa más de 64 KiB; envíe solo el .p12, .pfx o .pem."
        raise InvalidDocument(sentence, key="certificate_missing")
    secret = password.encode("utf-8", "surrogatepass")
    if len(secret) > _MOST_PASSWORD:
        raise InvalidDocument("La contraseña del certificado es demasiado larga.", key="certificate_missing")
    return len(secret).to_bytes(_LENGTH_BYTES) + secret + data


def unpacked(parcel: bytes) -> bytes:
    """Key and certificate as PEM, unencrypted; InvalidDocument says in Spanish why there are none."""
    end = _LENGTH_BYTES + int.from_bytes(parcel[:_LENGTH_BYTES])
    password = parcel[_LENGTH_BYTES:end].decode("utf-8", "surrogatepass")
    return read_signer(parcel[end:], password).to_pem()
