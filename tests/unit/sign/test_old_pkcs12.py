"""Old PKCS#12 files open: RC2-40 around the certificate and 3DES around the key, as Windows and Java wrote them.

No library writes them any more, so they are made here: PKCS#12's own derivation of keys (RFC 7292, appendix B), RC2
(RFC 2268), and as much DER as that takes.
"""

from collections.abc import Callable
from hashlib import sha1
from hmac import digest as hmac
from struct import pack, unpack
from typing import Final

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from onapi.errors import InvalidDocument
from onapi.sign.certificate import Signer, read_signer

SALT: Final = bytes(range(8))
ROUNDS: Final = 2048
_FOR_KEY, _FOR_IV, _FOR_MAC = 1, 2, 3
_RC2_40, _TRIPLE_DES = "1.2.840.113549.1.12.1.6", "1.2.840.113549.1.12.1.3"
_DATA, _ENCRYPTED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_KEY_BAG, _CERTIFICATE_BAG, _X509 = (
    "1.2.840.113549.1.12.10.1.2",
    "1.2.840.113549.1.12.10.1.3",
    "1.2.840.113549.1.9.22.1",
)
_SHA1: Final = "1.3.14.3.2.26"
_PI: Final = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32"
    "bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a"
    "961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e"
    "c5f3db47e5a59c770aa62068fe7fc1ad"
)

Encrypt = Callable[[bytes, bytes, bytes], bytes]  # key, IV, text


def _derived(password: str, purpose: int, size: int) -> bytes:
    """So many bytes for a purpose."""
    secret = password.encode("utf-16-be") + b"\0\0"
    block = b"".join((part * 64)[: -(-len(part) // 64) * 64] for part in (SALT, secret))
    out = b""
    while len(out) < size:
        turn = bytes([purpose]) * 64 + block
        for _ in range(ROUNDS):
            turn = sha1(turn).digest()  # noqa: S324 - what the old format says
        out += turn
        step = int.from_bytes((turn * 4)[:64], "big") + 1
        parts = (block[at : at + 64] for at in range(0, len(block), 64))
        block = b"".join(((int.from_bytes(part, "big") + step) % (1 << 512)).to_bytes(64, "big") for part in parts)
    return out[:size]


def _rc2(key: bytes, iv: bytes, text: bytes) -> bytes:
    """RC2 in CBC mode, with as many effective bits as the key has."""
    keys = _rc2_keys(key)
    out = iv
    for at in range(0, len(text), 8):
        mixed = bytes(a ^ b for a, b in zip(text[at : at + 8], out[-8:], strict=True))
        out += pack("<4H", *_rc2_block(list(unpack("<4H", mixed)), keys))
    return out[8:]


def _rc2_keys(key: bytes) -> tuple[int, ...]:
    size = len(key)
    table = bytearray(key)
    while len(table) < 128:
        table.append(_PI[(table[-1] + table[-size]) % 256])
    table[128 - size] = _PI[table[128 - size]]
    for at in range(127 - size, -1, -1):
        table[at] = _PI[table[at + 1] ^ table[at + size]]
    return unpack("<64H", table)


def _rc2_block(words: list[int], keys: tuple[int, ...]) -> list[int]:
    for turn in range(16):
        for at, shift in enumerate((1, 2, 3, 5)):
            before, earlier, oldest = words[at - 1], words[at - 2], words[at - 3]
            word = (words[at] + keys[4 * turn + at] + (before & earlier) + (~before & oldest)) % 65536
            words[at] = (word << shift | word >> (16 - shift)) % 65536
        if turn in {4, 10}:
            for at in range(4):
                words[at] = (words[at] + keys[words[at - 1] % 64]) % 65536
    return words


def _triple_des(key: bytes, iv: bytes, text: bytes) -> bytes:
    encryptor = Cipher(TripleDES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(text) + encryptor.finalize()


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, *parts)


def _octets(content: bytes) -> bytes:
    return _der(0x04, content)


def _number(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _name(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytes([40 * first + second])
    for arc in rest:
        groups = [arc >> shift & 127 for shift in range(0, max(arc.bit_length(), 1), 7)][::-1]
        out += bytes(group | 128 for group in groups[:-1]) + bytes(groups[-1:])
    return _der(0x06, out)


def _tagged(content: bytes) -> bytes:
    return _der(0xA0, content)


def _hidden(text: bytes, password: str, scheme: str) -> tuple[bytes, bytes]:
    """How it is encrypted, and the encrypted text."""
    size, encrypt = {_RC2_40: (5, _rc2), _TRIPLE_DES: (24, _triple_des)}[scheme]
    padding = 8 - len(text) % 8
    key, iv = _derived(password, _FOR_KEY, size), _derived(password, _FOR_IV, 8)
    how = _sequence(_name(scheme), _sequence(_octets(SALT), _number(ROUNDS)))
    return how, encrypt(key, iv, text + bytes([padding]) * padding)


def old_pkcs12(signer: Signer, password: str, scheme: str = _RC2_40) -> bytes:
    """A .pfx of twenty years ago: the certificate under a scheme, the key under 3DES, sealed with HMAC-SHA1."""
    der = signer.certificate.public_bytes(serialization.Encoding.DER)
    bag = _sequence(_name(_CERTIFICATE_BAG), _tagged(_sequence(_name(_X509), _tagged(_octets(der)))))
    how, hidden = _hidden(_sequence(bag), password, scheme)
    content = _sequence(_name(_DATA), how, _der(0x80, hidden))
    certificates = _sequence(_name(_ENCRYPTED), _tagged(_sequence(_number(0), content)))
    key = signer.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    how, hidden = _hidden(key, password, _TRIPLE_DES)
    shrouded = _sequence(_name(_KEY_BAG), _tagged(_sequence(how, _octets(hidden))))
    keys = _sequence(_name(_DATA), _tagged(_octets(_sequence(shrouded))))
    safe = _sequence(certificates, keys)
    seal = _sequence(_sequence(_name(_SHA1), _der(0x05)), _octets(hmac(_derived(password, _FOR_MAC, 20), safe, "sha1")))
    return _sequence(
        _number(3),
        _sequence(_name(_DATA), _tagged(_octets(safe))),
        _sequence(seal, _octets(SALT), _number(ROUNDS)),
    )


@pytest.mark.parametrize("scheme", [_RC2_40, _TRIPLE_DES], ids=["RC2-40", "3DES"])
@pytest.mark.parametrize("password", ["clave", "ñandú €", ""])
def test_it_opens(scheme: str, password: str, signer: Signer) -> None:
    found = read_signer(old_pkcs12(signer, password, scheme), password)
    assert (found.certificate, found.key.private_numbers()) == (signer.certificate, signer.key.private_numbers())


@pytest.mark.parametrize(("password", "word"), [("otra", "no abre"), ("", "envíela")])
def test_another_password_is_told_apart_from_none(password: str, word: str, signer: Signer) -> None:
    with pytest.raises(InvalidDocument, match=word):
        read_signer(old_pkcs12(signer, "clave"), password)


def test_streamed_encodings_open_too(signer: Signer) -> None:
    """Java and browsers write the outer lengths as "until the end"."""
    whole = old_pkcs12(signer, "clave")
    streamed = b"\x30\x80" + whole[4:] + b"\0\0"
    with pytest.warns(UserWarning, match="BER"):
        assert read_signer(streamed, "clave").certificate == signer.certificate
