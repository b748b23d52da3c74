"""Requests of one company that name things of another, made from the OpenAPI document: a new operation joins by itself.

What a request names is chosen anew at each place (path, query, header, body): its own things, those of a victim, or
guesses. Whatever the document asks for that stands in none of these tables is an error, so that nothing is left out.
"""

import copy
import json
import random
import re
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlencode
from zipfile import ZipFile

from tenants_world import NOBODY, Sent, Tenant

MODES: Final = ("foreign", "foreign", "own path", "foreign path", "mixed", "mixed", "guess", "own")
STRICT: Final = "foreign"  # everything that is named is the victim's: the same as what nobody has
BOUNDARY: Final = "LIMITE"
_RUC = re.compile(r"\b(?:10|15|16|17|20)\d{9}\b")
_LISTS = (
    "users",
    "names",
    "ids",
    "endpoints",
    "deliveries",
    "messages",
    "sessions",
    "refresh",
    "links",
    "cursors",
    "etags",
)


@dataclass(frozen=True)
class Operation:
    """One of the document."""

    name: str
    method: str
    path: str
    told: dict[str, Any]
    schemas: dict[str, Any]


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every operation of the document."""
    schemas = document["components"]["schemas"]
    return [
        Operation(told["operationId"], method.upper(), path, told, schemas)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


def nobody_like(one: Tenant) -> Tenant:
    """A company that there is not, whose things look like those of one that there is."""
    dice = random.Random(one.ruc)  # noqa: S311  not for secrets
    made = {name: [_invented(text, dice) for text in getattr(one, name)] for name in _LISTS}
    others = {name: [_invented(text, dice) for text in getattr(one, name)] for name in ("keys", "references", "urls")}
    return replace(one, ruc=NOBODY, word="nadie", secrets=[], **made, **others)


def _invented(text: str, dice: random.Random) -> str:
    """A text of the same kind that stands for nothing."""
    try:
        return str(uuid.UUID(int=(uuid.UUID(text).int & ~(2**62 - 1)) | dice.getrandbits(62)))
    except ValueError:
        return re.sub(r"[a-z0-9]", lambda _: dice.choice("bcdfghjk"), text)


@dataclass
class Chooser:
    """Draws what a request names; with the same dice the same places are drawn, whoever the victim is."""

    dice: random.Random
    mode: str
    own: Tenant
    victim: Tenant
    other: Tenant
    named: bool = False  # whether anything of the victim's was
    receipt: dict[str, int] = field(default_factory=dict)  # place: which of the receipts

    def whose(self, place: str) -> Tenant:
        """Whose thing stands in a place."""
        drawn = self.dice.choice((self.own, self.victim, self.other))
        found = {
            "foreign": self.victim,
            "guess": self.victim,
            "own path": self.own if place == "path" else self.victim,
            "foreign path": self.victim if place == "path" else self.own,
            "mixed": drawn,
            "own": self.victim if place == "header" else self.own,
        }[self.mode]
        self.named = self.named or (found is not self.own and place != "header")
        return found

    def pick(self, name: str, place: str) -> str:
        """One of somebody's things; in a guess something near it."""
        things: list[str] = getattr(self.whose(place), name)
        found, near = things[self.dice.randrange(1 << 20) % len(things)], self.dice.randrange(1, 999)
        return _beside(found, near) if self.mode == "guess" else found

    def part(self, at: int, place: str) -> str:
        """A part of a receipt's name: all of one place are of the same receipt, unless one guesses."""
        turn = self.receipt.setdefault(place, self.dice.randrange(1 << 20))
        guess = str(self.dice.randrange(1, 30))
        receipts = self.whose(place).receipts
        return guess if self.mode == "guess" and at == 2 else receipts[turn % len(receipts)][at]

    def ruc(self, place: str) -> str:
        """A RUC."""
        near = self.dice.randrange(4)
        return (
            (self.victim.ruc, self.other.ruc, self.own.ruc, "20600001052")[near]
            if self._guesses
            else (self.whose(place).ruc)
        )

    @property
    def _guesses(self) -> bool:
        return self.mode == "guess"

    def link(self, place: str) -> str:
        """A link with a sign changed, or that says another receipt under the mac it had."""
        token = self.pick("links", place)
        at, letter = self.dice.randrange(len(token)), self.dice.choice("ABCxyz019")
        said, _, mac = token.partition(".")
        if self.dice.random() < 0.5 or self.victim.ruc == NOBODY:
            return token[:at] + ("_" if token[at] == letter else letter) + token[at + 1 :]
        told = urlsafe_b64decode(said + "=" * (-len(said) % 4)).replace(b"F001", b"B001").replace(b"xml", b"cdr")
        return f"{urlsafe_b64encode(told + b' ').rstrip(b'=').decode()}.{mac}"


def _beside(text: str, near: int) -> str:
    try:
        return str(uuid.UUID(int=uuid.UUID(text).int ^ near))
    except ValueError:
        return text[:-1] + "q"


SLOTS: Final[dict[str, Callable[[Chooser, str], str]]] = {
    **dict.fromkeys(("ruc", "after"), Chooser.ruc),
    "doctype": lambda draw, place: draw.part(0, place),
    "serie": lambda draw, place: draw.part(1, place),
    **dict.fromkeys(("number", "correlativo"), lambda draw, place: draw.part(2, place)),
    "user": lambda draw, place: draw.pick("users", place),
    **dict.fromkeys(("name", "template", "pdfTemplate"), lambda _draw, _place: "recibo"),
    "username": lambda draw, place: draw.pick("names", place),
    "session": lambda draw, place: draw.pick("sessions", place),
    "token": Chooser.link,
    "endpoint_id": lambda draw, place: draw.pick("endpoints", place),
    "message_id": lambda draw, place: draw.pick("messages", place),
    "delivery_id": lambda draw, place: draw.pick("deliveries", place),
    "cursor": lambda draw, place: draw.pick("cursors", place),
    "externalId": lambda draw, place: draw.pick("references", place),
    **dict.fromkeys(("refreshToken", "refresh_token"), lambda draw, place: draw.pick("refresh", place)),
    "url": lambda draw, place: draw.pick("urls", place),
    "Idempotency-Key": lambda draw, place: draw.pick("keys", place),
    **dict.fromkeys(("If-Match", "If-None-Match"), lambda draw, place: draw.pick("etags", place)),
    "limit": lambda _draw, _place: "50",
    **dict.fromkeys(("wait", "ttl"), lambda _draw, _place: "60"),  # nobody waits in these tests
    **dict.fromkeys(("issuedFrom", "createdFrom", "from", "since"), lambda _draw, _place: "2026-11-01"),
    **dict.fromkeys(("issuedTo", "createdTo", "to", "until"), lambda _draw, _place: "2026-12-01"),
}
FILES: Final[dict[str, Callable[[Tenant], bytes]]] = {
    **dict.fromkeys(("file", "xml", "cdr", "certificate"), lambda own: own.xml),
    "pdf": lambda _own: b"%PDF-1.4",
    "logo": lambda own: own.secrets[-1],
    "template": lambda own: f"// {own.word}\n= uno\n".encode(),
}


def build(operation: Operation, seed: int, own: Tenant, victim: Tenant, other: Tenant) -> tuple[Sent, Chooser]:
    """A request; KeyError or ValueError where the document asks for what is not known here."""
    dice = random.Random(f"{operation.name} {seed}")  # noqa: S311  not for secrets
    draw = Chooser(dice, dice.choice(MODES), own, victim, other)
    path = re.sub(r"{(\w+)}", lambda name: SLOTS[name[1]](draw, "path"), operation.path)
    query, headers = (
        [],
        {"Authorization": f"Bearer {own.tokens[min(2, int(dice.random() * 1.2) * dice.randrange(1, 3))]}"},
    )
    for asked in operation.told.get("parameters", ()):
        place, name = asked["in"], asked["name"]
        value = "" if place == "path" else _value(draw, asked, place)
        is_there = asked.get("required") or name == "ruc" or dice.random() < 0.4
        if place == "query" and is_there:
            query.append((name, value))
        elif place == "header" and is_there:
            headers[name] = value
    for name in ("Idempotency-Key", "If-Match", "If-None-Match"):
        if (value := SLOTS[name](draw, "header")) and dice.random() < 0.15:
            headers[name] = value
    if dice.random() < 0.1:
        query.append(("ruc", draw.ruc("query")))
    headers["X-Ruc"], headers["Accept"] = draw.ruc("header"), dice.choice(("*/*", "application/json"))
    media, body = _body(operation, draw)
    if media:
        headers["Content-Type"] = media
    return Sent(operation.method, path, tuple(query), tuple(headers.items()), body), draw


def _value(draw: Chooser, asked: dict[str, Any], place: str) -> str:
    name = next((each for each in (asked["name"], asked["name"].title()) if each in SLOTS), None)
    return SLOTS[name](draw, place) if name else _sample(draw, asked["schema"])


def _sample(draw: Chooser, schema: dict[str, Any]) -> str:
    """A value of a schema."""
    if "anyOf" in schema:
        return _sample(draw, next(each for each in schema["anyOf"] if each.get("type") != "null"))
    if "const" in schema or "enum" in schema:
        return str(draw.dice.choice(schema.get("enum") or [schema["const"]]))
    if schema["type"] == "integer":
        return str(schema.get("minimum", 1))
    if schema["type"] == "boolean":
        return draw.dice.choice(("true", "false"))
    if schema["type"] == "string":
        return str(schema.get("default") or "x")
    raise ValueError(schema)


def _body(operation: Operation, draw: Chooser) -> tuple[str, bytes]:
    """A body in one of its forms."""
    forms = operation.told.get("requestBody", {}).get("content", {})
    if not forms:
        return "", b""
    media = draw.dice.choice(sorted(forms))
    return BODIES[media](operation, forms[media], draw)


def _example(operation: Operation, content: dict[str, Any], draw: Chooser) -> Any:
    schema = content.get("schema", {})
    named = operation.schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    shown = [each["value"] for each in content.get("examples", {}).values() if "value" in each]
    shown += [each["example"] for each in (content, named) if "example" in each]
    shown += named.get("examples", [])
    return copy.deepcopy(draw.dice.choice(shown))


def _filled(value: Any, draw: Chooser) -> Any:
    """An example in which all that names something is drawn."""
    if isinstance(value, dict):
        found = {name: _slot(name, inner, draw) for name, inner in value.items()}
        if isinstance(found.get("document"), dict) and draw.dice.random() < 0.5:
            found["document"]["company"] = {"ruc": draw.ruc("body")}
        return found
    if isinstance(value, list):
        return [_filled(each, draw) for each in value]
    return _RUC.sub(lambda _: draw.ruc("body"), value) if isinstance(value, str) else value


def _slot(name: str, inner: Any, draw: Chooser) -> Any:
    if name == "rucs":
        return [draw.ruc("body")]
    if name in SLOTS and isinstance(inner, str | int) and name not in {"wait", "limit", "token", "doctype"}:
        drawn = SLOTS[name](draw, "body")
        return int(drawn) if isinstance(inner, int) and drawn.isdecimal() else drawn
    return _filled(inner, draw)


def _json(operation: Operation, content: dict[str, Any], draw: Chooser) -> tuple[str, bytes]:
    return "application/json", json.dumps(_filled(_example(operation, content, draw), draw)).encode()


def _posted(operation: Operation, content: dict[str, Any], draw: Chooser) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", urlencode(_filled(_example(operation, content, draw), draw)).encode()


def _trama(operation: Operation, content: dict[str, Any], draw: Chooser) -> tuple[str, bytes]:
    return "text/plain", str(_filled(_example(operation, content, draw), draw)).encode()


def _xml_of(draw: Chooser) -> bytes:
    return _RUC.sub(lambda _: draw.ruc("body"), draw.own.xml.decode()).encode()


def _zip(_operation: Operation, _content: dict[str, Any], draw: Chooser) -> tuple[str, bytes]:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("x.xml", _xml_of(draw))
    return "application/zip", out.getvalue()


def _form(operation: Operation, content: dict[str, Any], draw: Chooser) -> tuple[str, bytes]:
    schema = operation.schemas.get(content["schema"].get("$ref", "").rpartition("/")[2], content["schema"])
    parts = []
    for name, told in schema["properties"].items():
        disposition = f'form-data; name="{name}"'
        if told.get("format") == "binary":
            data, disposition = FILES[name](draw.own), f'{disposition}; filename="x"'
        else:
            data = (SLOTS[name](draw, "body") if name in SLOTS else {"options": "{}"}.get(name, "x")).encode()
        head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode()
        parts.append(head + data + b"\r\n")
    return f"multipart/form-data; boundary={BOUNDARY}", b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


BODIES: Final[dict[str, Callable[[Operation, dict[str, Any], Chooser], tuple[str, bytes]]]] = {
    "application/json": _json,
    "application/x-www-form-urlencoded": _posted,
    "text/plain": _trama,
    **{xml: lambda _op, _content, draw, xml=xml: (xml, _xml_of(draw)) for xml in ("application/xml", "text/xml")},
    "application/zip": _zip,
    "multipart/form-data": _form,
    **{
        kind: lambda _op, _content, draw, kind=kind: (kind, draw.own.secrets[-1])
        for kind in ("image/png", "image/jpeg", "image/webp")
    },
}
