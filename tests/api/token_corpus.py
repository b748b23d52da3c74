"""Tokens that nobody may let in: each a name and a way to make it from our own key and a good token's claims."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

Make = Callable[["Forge"], str]
CORPUS: dict[str, Make] = {}
CLAIMS = ("sub", "cid", "rucs", "scope", "iat", "nbf", "exp", "jti", "iss", "aud", "sid")


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True)
class Forge:
    """Our real key, its name, and the claims of a token that would be let in: what only an insider has."""

    key: Ed25519PrivateKey
    kid: str
    claims: dict[str, Any]
    refresh_token: str = ""

    @property
    def header(self) -> dict[str, Any]:
        """The header of our own tokens."""
        return {"alg": "EdDSA", "typ": "at+jwt", "kid": self.kid}

    def make(self, header: Any = None, claims: Any = None, *, sign: Callable[[bytes], bytes] | None = None) -> str:
        """A token, signed with our key if nothing else is said; header and claims may be raw bytes."""
        parts = (self.header if header is None else header, self.claims if claims is None else claims)
        signed = ".".join(encoded(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in parts)
        return f"{signed}.{encoded((sign or self.key.sign)(signed.encode()))}"

    def public(self, form: str) -> bytes:
        """Our public key, as an attacker may have it."""
        raw = form == "Raw"
        shape = serialization.PublicFormat.Raw if raw else serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(getattr(serialization.Encoding, form), shape)


def vector(name: str) -> Callable[[Make], Make]:
    """Put a token into the corpus."""

    def put(make: Make) -> Make:
        CORPUS[name] = make
        return make

    return put


def _add(name: str, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> None:
    CORPUS[name] = lambda forge: forge.make({**forge.header, **(header or {})}, {**forge.claims, **(claims or {})})


for _alg in (
    "none",
    "None",
    "NONE",
    "nOnE",
    "",
    "EDDSA",
    "eddsa",
    "Ed25519",
    "Ed448",
    "HS256",
    "ES256",
    "RS256",
    "PS256",
):
    _add(f"alg {_alg or 'empty'} over our signature", {"alg": _alg})
for _alg in ("none", "None", "NONE"):
    CORPUS[f"alg {_alg}, no signature"] = lambda forge, alg=_alg: forge.make(
        {**forge.header, "alg": alg}, sign=lambda _: b""
    )
for _alg, _hash in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")):
    for _form in ("PEM", "DER", "Raw"):
        CORPUS[f"{_alg} under the public key as {_form}"] = lambda forge, alg=_alg, name=_hash, form=_form: forge.make(
            {**forge.header, "alg": alg}, sign=lambda text: hmac.digest(forge.public(form), text, name)
        )
for _alg in ("HS256", "EdDSA"):
    CORPUS[f"{_alg} under an empty secret"] = lambda forge, alg=_alg: forge.make(
        {**forge.header, "alg": alg}, sign=lambda text: hmac.digest(b"", text, "sha256")
    )
for _where in ("jku", "x5u"):
    _add(f"a header names keys at {_where}", {_where: "https://attacker.example/keys.json"})
for _more in (
    {"x5c": ["MIIB"]}, {"x5t": "abc"}, {"x5t#S256": "abc"}, {"crit": ["exp"]}, {"crit": []}, {"b64": False},
    {"b64": False, "crit": ["b64"]}, {"cty": "JWT"}, {"zip": "DEF"}, {"enc": "A256GCM"}, {"epk": {}}, {"iss": "onapi"},
):  # fmt: skip
    _add(f"a header with {json.dumps(_more)}", _more)
for _kid in (
    "../../../../dev/null", "/etc/passwd", "keys/tokens.pem", "' OR 1=1 --", "x' UNION SELECT 'a", "$(id)", "| id", "",
    "0" * 16, "a" * 5000, "\x00", None, 0, 1, True, [], {}, ["kid"], {"kid": 1},
):  # fmt: skip
    _add(f"kid {str(_kid)[:24]!r} of {type(_kid).__name__}", {"kid": _kid})
for _typ in ("JWT", "jwt", "AT+JWT", "application/at+jwt", "rt+jwt", "dv+jwt", "", None, 7, ["at+jwt"]):
    _add(f"typ {_typ!r}", {"typ": _typ})
for _name in CLAIMS:
    CORPUS[f"without {_name}"] = lambda forge, name=_name: forge.make(
        claims={key: value for key, value in forge.claims.items() if key != name}
    )
for _name in ("alg", "typ", "kid"):
    CORPUS[f"a header without {_name}"] = lambda forge, name=_name: forge.make(
        {key: value for key, value in forge.header.items() if key != name}
    )
for _what in (
    {"exp": "4102444800"}, {"exp": 4102444800.5}, {"exp": 1e300}, {"exp": True}, {"exp": None}, {"exp": -1},
    {"exp": 2**63}, {"exp": 0}, {"exp": [4102444800]}, {"exp": "mañana"}, {"exp": 1}, {"nbf": 4102444800}, {"nbf": "0"},
    {"nbf": False}, {"nbf": 0.5}, {"iat": "0"}, {"iat": None}, {"iat": 1.5}, {"iss": "otro"}, {"iss": ""},
    {"iss": ["onapi"]}, {"iss": None}, {"aud": "otro"}, {"aud": ["onapi", "otro"]}, {"aud": []}, {"aud": None},
    {"sub": 7}, {"sub": None}, {"sub": ["c-1"]}, {"cid": {}}, {"jti": 1}, {"sid": None}, {"sid": 3},
    {"rucs": "20000000001"}, {"rucs": [20000000001]}, {"rucs": {"20000000001": 1}}, {"rucs": [["20000000001"]]},
    {"rucs": None}, {"scope": ["cpe:read"]}, {"scope": None}, {"scope": {"cpe:read": 1}},
):  # fmt: skip
    _add(f"claims {json.dumps(_what)}", None, _what)


@vector("a key in the header, signed with it")
def _embedded(forge: Forge) -> str:
    stranger = Ed25519PrivateKey.generate()
    raw = stranger.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encoded(raw)}
    return forge.make({**forge.header, "jwk": jwk}, sign=stranger.sign)


@vector("signed by a stranger")
def _stranger(forge: Forge) -> str:
    return forge.make(sign=Ed25519PrivateKey.generate().sign)


@vector("RS256 signed by an RSA key")
def _rsa(forge: Forge) -> str:
    key = rsa.generate_private_key(65537, 2048)
    sign = lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256())  # noqa: E731  a name for one line
    return forge.make({**forge.header, "alg": "RS256"}, sign=sign)


@vector("ES256 signed by an elliptic key")
def _elliptic(forge: Forge) -> str:
    key = ec.generate_private_key(ec.SECP256R1())

    def sign(text: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    return forge.make({**forge.header, "alg": "ES256"}, sign=sign)


@vector("ES256 with a signature of noughts")
def _noughts(forge: Forge) -> str:
    return forge.make({**forge.header, "alg": "ES256"}, sign=lambda _: bytes(64))


@vector("EdDSA with a signature of noughts")
def _null(forge: Forge) -> str:
    return forge.make(sign=lambda _: bytes(64))


def _cut(token: str) -> Iterator[tuple[str, str]]:
    head, body, mark = token.split(".")
    yield "no signature", f"{head}.{body}."
    yield "no third part", f"{head}.{body}"
    yield "half a signature", f"{head}.{body}.{mark[:43]}"
    yield "a longer signature", f"{head}.{body}.{mark}AA"
    yield "four parts", f"{token}.{mark}"
    yield "five parts, as if encrypted", f"{token}.{mark}.{mark}"
    yield "the body twice", f"{head}.{body}{body}.{mark}"
    yield "no header", f".{body}.{mark}"
    yield "no body", f"{head}..{mark}"
    yield "padding", f"{token}=="
    yield "padding in the body", f"{head}.{body}=.{mark}"
    yield "a line break inside", f"{head}.{body[:9]}\n{body[9:]}.{mark}"
    yield "a dot at the end", f"{token}."
    yield "another last bit of the signature", f"{head}.{body}.{mark[:-1]}{_next(mark[-1])}"
    yield "the parts turned round", f"{body}.{head}.{mark}"
    yield "all but its first sign", token[1:]


def _next(sign: str) -> str:
    """The sign after this one in base64url: the same bytes to a reader that is not strict."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signs[signs.index(sign) + 1]


for _name, _ in _cut("a.b.Q"):
    CORPUS[_name] = lambda forge, name=_name: dict(_cut(forge.make()))[name]


@vector("other claims under a good signature")
def _swapped(forge: Forge) -> str:
    head, _, mark = forge.make().split(".")
    return f"{head}.{encoded(json.dumps({**forge.claims, 'rucs': ['20000000010']}).encode())}.{mark}"


def _doubled(given: dict[str, Any], name: str, value: object) -> bytes:
    text = json.dumps(given)
    return f"{text[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}".encode()


for _name, _value in (("sub", "c-2"), ("rucs", ["20000000010"]), ("exp", 4102444800), ("scope", "admin")):
    CORPUS[f"{_name} twice"] = lambda forge, name=_name, value=_value: forge.make(
        claims=_doubled(forge.claims, name, value)
    )
for _name, _value in (("alg", "none"), ("kid", "otra"), ("typ", "JWT"), ("alg", "EdDSA")):
    CORPUS[f"{_name} twice in the header, then {_value}"] = lambda forge, name=_name, value=_value: forge.make(
        _doubled(forge.header, name, value)
    )
for _text in (b"", b"null", b"[]", b'"text"', b"7", b"{", b"{}", b"\xff\xfe", b'{"a":' * 5000, b"[" * 20_000):
    CORPUS[f"claims that are {_text[:8]!r}, {len(_text)} bytes"] = lambda forge, text=_text: forge.make(claims=text)
    CORPUS[f"a header that is {_text[:8]!r}, {len(_text)} bytes"] = lambda forge, text=_text: forge.make(text)


@vector("a token inside a token")
def _nested(forge: Forge) -> str:
    return forge.make({**forge.header, "cty": "JWT"}, forge.make().encode())


@vector("claims in another alphabet")
def _utf16(forge: Forge) -> str:
    return forge.make(claims=json.dumps(forge.claims).encode("utf-16"))


@vector("NaN for a moment")
def _nan(forge: Forge) -> str:
    return forge.make(claims={**forge.claims, "exp": float("nan")})


@vector("a huge token")
def _huge(forge: Forge) -> str:
    return forge.make(claims={**forge.claims, "more": "x" * 60_000})


@vector("a refresh token")
def _refresh(forge: Forge) -> str:
    return forge.refresh_token or encoded(hashlib.sha256(b"refresh").digest())


@vector("a refresh token as claims")
def _refresh_claims(forge: Forge) -> str:
    return forge.make(claims={"refresh_token": forge.refresh_token})
