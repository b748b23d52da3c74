"""XML that means harm: forty files, written for a secret file and a port that nobody may touch (guarantee H01)."""

from collections.abc import Callable
from typing import Final

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
_XI: Final = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_XSL: Final = "http://www.w3.org/1999/XSL/Transform"


def _doctype(inside: str, body: str = "<a>&x;</a>") -> bytes:
    return f"<!DOCTYPE a [{inside}]>{body}".encode()


def corpus(secret: str, port: int) -> dict[str, Callable[[], bytes]]:
    """Each file by its name; `secret` is the path of a file, `port` one of this machine where somebody listens."""
    http, file = f"http://127.0.0.1:{port}/x", f"file://{secret}"
    return {**forbidden(http, file), **_references(http, file), **_sizes()}


def forbidden(http: str, file: str) -> dict[str, Callable[[], bytes]]:
    """Those that the parser itself has to refuse, whatever the door."""
    return {**_entities(http, file), **_encodings(file)}


def _entities(http: str, file: str) -> dict[str, Callable[[], bytes]]:
    return {
        "doctype": lambda: b"<!DOCTYPE a><a/>",
        "doctype after a comment": lambda: b"<!-- <a --><!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
        "file entity": lambda: _doctype(f'<!ENTITY x SYSTEM "{file}">'),
        "http entity": lambda: _doctype(f'<!ENTITY x SYSTEM "{http}">'),
        "public entity": lambda: _doctype(f'<!ENTITY x PUBLIC "-//x//x" "{http}">'),
        "parameter entity": lambda: _doctype(f'<!ENTITY % p SYSTEM "{http}"> %p;'),
        "parameter entity of a file": lambda: _doctype(f'<!ENTITY % p SYSTEM "{file}"> %p;'),
        "entity in an attribute": lambda: _doctype(f'<!ENTITY x SYSTEM "{file}">', '<a b="&x;"/>'),
        "external DTD": f'<!DOCTYPE a SYSTEM "{http}"><a/>'.encode,
        "external DTD of a file": f'<!DOCTYPE a SYSTEM "{file}"><a/>'.encode,
        "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{_LAUGHS}]><a>&l8;</a>'.encode,
        "laughs in an attribute": f'<!DOCTYPE a [<!ENTITY l0 "lol">{_LAUGHS}]><a b="&l8;"/>'.encode,
        "quadratic": lambda: b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 50_000 + b'">]><a>' + b"&x;" * 50_000 + b"</a>",
        "entity of itself": lambda: _doctype('<!ENTITY x "&x;">'),
        "undefined entity": lambda: b"<a>&nada;</a>",
        "notation": lambda: _doctype(f'<!NOTATION n SYSTEM "{file}"><!ENTITY x SYSTEM "{http}" NDATA n>', "<a/>"),
    }


def _encodings(file: str) -> dict[str, Callable[[], bytes]]:
    attack = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]><a>&x;</a>'
    return {
        "UTF-16": lambda: f'<?xml version="1.0" encoding="UTF-16"?>{attack}'.encode("utf-16"),
        "UTF-16 without mark": lambda: attack.encode("utf-16-le"),
        "UTF-16 said, UTF-8 meant": f'<?xml version="1.0" encoding="UTF-16"?>{attack}'.encode,
        "UTF-32": lambda: attack.encode("utf-32"),
        "UTF-7": lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
        "EBCDIC": lambda: f'<?xml version="1.0" encoding="cp037"?>{attack}'.encode("cp037"),
        "BOM and doctype": lambda: b"\xef\xbb\xbf" + attack.encode(),
        "two BOMs": lambda: b"\xef\xbb\xbf" * 2 + b"<a/>",
        "NUL": lambda: b"<a>\0</a>",
        "wrong UTF-8": lambda: b"<a>\xff\xfe\xc0\xaf</a>",
    }


def _references(http: str, file: str) -> dict[str, Callable[[], bytes]]:
    invoice = f'<Invoice xmlns="{_UBL}Invoice-2" {_XI}'
    return {
        "XInclude of a file": f'{invoice}><xi:include href="{file}" parse="text"/></Invoice>'.encode,
        "XInclude of an address": f'{invoice}><xi:include href="{http}"/></Invoice>'.encode,
        "XSLT instruction": f'<?xml-stylesheet type="text/xsl" href="{http}"?>{invoice}/>'.encode,
        "XSLT instruction of a file": f'<?xml-stylesheet type="text/xsl" href="{file}"?><ApplicationResponse/>'.encode,
        "a stylesheet": f'<s:stylesheet xmlns:s="{_XSL}" version="1.0"><s:import href="{file}"/></s:stylesheet>'.encode,
        "xml:base": f'{invoice} xml:base="{file}"><xi:include href=""/></Invoice>'.encode,
        "schemaLocation": (
            f'{invoice} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="{_UBL}Invoice-2 {http}"/>'
        ).encode,
    }


def _sizes() -> dict[str, Callable[[], bytes]]:
    return {
        "deep": lambda: b"<a>" * 101 + b"</a>" * 101,
        "very deep": lambda: b"<a>" * 100_000 + b"</a>" * 100_000,
        "a million siblings": lambda: b"<a>" + b"<b/>" * 1_000_000 + b"</a>",
        "as many siblings as allowed": lambda: b"<a>" + b"<b/>" * 99_999 + b"</a>",
        "a million attributes": lambda: b"<a " + b" ".join(b'a%d=""' % n for n in range(700_000)) + b"/>",
        "attributes everywhere": lambda: b"<a>" + b'<b c="" d="" e=""/>' * 66_000 + b"</a>",
        "the same attributes": lambda: b"<a " + b" ".join(b'a%d=""' % n for n in range(150_000)) + b"/>",
        "namespaces everywhere": lambda: (
            b"<a>" + b"".join(b'<b xmlns:n%d="urn:%d"/>' % (n, n) for n in range(66_000)) + b"</a>"
        ),
        "one huge attribute": lambda: b'<a b="' + b"x" * 10_400_000 + b'"/>',
        "one huge name": lambda: b"<" + b"x" * 2_000_000 + b"/>",
        "one huge text": lambda: b"<a>" + b"x" * 10_400_000 + b"</a>",
        "one huge text of marks": lambda: b"<a>" + b"&#120;" * 1_700_000 + b"</a>",
        "one huge comment": lambda: b"<a><!--" + b"x" * 10_400_000 + b"--></a>",
        "one huge CDATA": lambda: b"<a><![CDATA[" + b"]" * 10_400_000 + b"]]></a>",
        "many instructions": lambda: b"<a>" + b"<?b?>" * 200_000 + b"</a>",
        "too large": lambda: b"<a>" + b"x" * (10 * 1024 * 1024) + b"</a>",
    }
