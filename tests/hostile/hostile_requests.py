"""Requests that are malformed in every way the contract names (3.4), and in those it does not (guarantee H09).

Each is a whole request as bytes, with the statuses that answer it. Sizes go up to what is just taken.
"""

import base64
import json
from collections.abc import Callable
from typing import Any, Final

from hostile_doors import RUC
from hostile_server import BASE, request

MIB: Final = 1024 * 1024
SEND, STORE, LOGIN = f"{BASE}/sendMessage", f"{BASE}/storeXml", f"{BASE}/authenticate"
CERTIFICATE, LOGO = f"{BASE}/admin/companies/{RUC}/certificate", f"{BASE}/admin/companies/{RUC}/logo"
Case = tuple[Callable[[], bytes], tuple[int, ...]]
_JSON: Final = "application/json"
_BAD, _LARGE, _WRONG = (400,), (413,), (400, 422)
_LINE: Final = {"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}


def corpus(token: str) -> dict[str, Case]:
    """Every malformed request by its name."""
    bearer = f"Bearer {token}"

    def put(path: str, body: bytes, kind: str = _JSON, method: str = "POST", **more: str) -> Callable[[], bytes]:
        return lambda: request(method, path, body, Content_Type=kind, Authorization=bearer, **more)

    return {
        **{f"JSON: {name}": (put(SEND, body), statuses) for name, (body, statuses) in _json().items()},
        **{f"login: {name}": (put(LOGIN, body), (*statuses, 413)) for name, (body, statuses) in _json().items()},
        **{f"receipt: {name}": (put(SEND, body), (400, 422)) for name, body in _receipts().items()},
        **{f"file: {name}": (put(STORE, body), (400, 413, 422)) for name, body in _files().items()},
        **{f"raw: {name}": (put(SEND, body, kind), (400, 413, 415, 422)) for name, (kind, body) in _raw().items()},
        **{f"form: {name}": (put(STORE, body, kind), (400, 413, 422)) for name, (kind, body) in _forms().items()},
        **{f"posted: {name}": (put(LOGIN, body, _POSTED), (400, 401, 413, 422)) for name, body in _posted().items()},
        **{f"wire: {name}": case for name, case in _wire(bearer).items()},
        "a certificate of rubbish": (put(CERTIFICATE, _said(certificate="A" * 100_000), method="PUT"), (422,)),
        "a certificate too large": (put(CERTIFICATE, _said(certificate="A" * 300_000), method="PUT"), _LARGE),
        "a logo of rubbish": (put(LOGO, _said(logo=_b64(b"\x89PNG\r\n" + bytes(500_000))), method="PUT"), (422,)),
        "a logo too large": (put(LOGO, bytes(2 * MIB), "image/png", "PUT"), _LARGE),
    }


def _said(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _json() -> dict[str, tuple[bytes, tuple[int, ...]]]:
    return {
        "nothing": (b"", _BAD),
        "half": (b'{"ruc": "2', _BAD),
        "a list": (b"[]", _BAD),
        "no UTF-8": (b'{"ruc": "\xff"}', _BAD),
        "UTF-16": ('{"ruc": 1}'.encode("utf-16"), _BAD),
        "NaN": (b'{"ruc": NaN}', _BAD),
        "Infinity": (b'{"ruc": -Infinity}', _BAD),
        "a name twice": (b'{"ruc": 1, "ruc": 2}', _BAD),
        "a name a thousand times": (b"{" + b'"a":1,' * 1000 + b'"a":1}', _BAD),
        "a huge name twice": (b'{"' + b"a" * 5_000_000 + b'":1,"' + b"a" * 5_000_000 + b'":1}', _BAD),
        "nested": (b'{"a":' * 100 + b"1" + b"}" * 100, _BAD),
        "nested a million times": (b"[" * 5_000_000, _BAD),
        "closed a million times": (b'["' + b"]" * 10_000_000 + b'"]', _BAD),
        "a huge integer": (b'{"ruc": ' + b"9" * 10_000_000 + b"}", _BAD),
        "a huge fraction": (b'{"ruc": 0.' + b"1" * 10_000_000 + b"}", _BAD),
        "a huge exponent": (b'{"ruc": 1e999999999}', _BAD),
        "100,000 fields": (b"{" + b",".join(b'"a%d":1' % n for n in range(100_000)) + b"}", _BAD),
        "999 fields": (b"{" + b",".join(b'"a%d":1' % n for n in range(999)) + b"}", (422,)),
        "a million values": (b'{"a": [' + b"1," * 1_000_000 + b"1]}", _BAD),
        "as many values as allowed": (b'{"a": [' + b"1," * 199_000 + b"1]}", (422,)),
        "as many decimals": (b'{"a": [' + b"1.5," * 199_000 + b"1]}", (422,)),
        "as many objects": (b'{"a": [' + b'{"b":1},' * 66_000 + b"1]}", (422,)),
        "a huge text": (b'{"a": "' + b"x" * 10_400_000 + b'"}', (422,)),
        "a huge text of escapes": (b'{"a": "' + b"\\n" * 5_200_000 + b'"}', (422,)),
        "a wide text": (('{"a": "' + "\U0001f600" * 1_000_000 + '"}').encode(), (422,)),
        "a wide text too large": (('{"a": "' + "x" * 10_000_000 + '\U0001f600"}').encode(), _BAD),
        "a wide text by escape": (b'{"a": "' + b"x" * 10_000_000 + b'\\ud83d\\ude00"}', _BAD),
        "half a character": (b'{"a": "\\ud800"}', _BAD),
        "NUL": (b'{"a": "\\u0000"}', _BAD),
        "too large": (b" " * (10 * MIB + 1), _LARGE),
        "spaces": (b" " * (10 * MIB), _BAD),
    }


def _receipts() -> dict[str, bytes]:
    def receipt(**parts: Any) -> bytes:
        client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE"}
        document = {"serie": "F001", "correlativo": 1, "client": client, "details": [_LINE], **parts}
        return _said(ruc=RUC, doctype="01", document=document)

    return {
        "no line": receipt(details=[]),
        "60,000 empty lines": receipt(details=[{}] * 60_000),
        "999 empty lines": receipt(details=[{}] * 999),
        "999 lines of unknown fields": receipt(details=[{f"x{n}": 1 for n in range(60)}] * 999),
        "999 wrong lines": receipt(details=[{**_LINE, "cantidad": "x", "igv": "1", "unidad": "??"}] * 999),
        "60,000 instalments": receipt(cuotas=[{"monto": 1}] * 60_000),
        "an amount of 10 MiB": receipt(mtoImpVenta="1" * 10_000_000),
        "a text of 10 MiB": receipt(observacion="x" * 10_000_000),
        "a series of 10 MiB": receipt(serie="F" * 10_000_000),
        "a RUC of 10 MiB": _said(ruc="2" * 10_000_000, doctype="01", document={"details": []}),
        "an XML of 10 MiB": _said(ruc=RUC, xml=_b64(b"<a>" + b"x" * 7_600_000 + b"</a>")),
        "an XML of marks": _said(ruc=RUC, xml=_b64(b"<a>" + b"<b/>" * 99_000 + b"</a>")),
        "an XML that is none": _said(ruc=RUC, xml="PD94"),
        "base64 that is none": _said(ruc=RUC, xml="?" * 10_000_000),
        "base64 with line breaks": _said(ruc=RUC, xml="QUFB\n" * 1_600_000),
        "a trama of 10 MiB": _said(ruc=RUC, trama="A|" * 5_000_000, tramaEncoding="plain"),
        "a trama of lines": _said(ruc=RUC, trama="DE|1\n" * 1_600_000, tramaEncoding="plain"),
    }


def _files() -> dict[str, bytes]:
    return {
        "no XML": _said(xml=_b64(b"nada")),
        "rubbish for XML": _said(xml="%%%"),
        "a bomb": _said(xml=_b64(b"PK\x05\x06" + bytes(18))),
        "a CDR of 7 MiB": _said(xml=_b64(b"<a/>"), cdr=_b64(bytes(7 * MIB))),
        "a PDF of 7 MiB": _said(xml=_b64(b"<a/>"), pdf=_b64(bytes(7 * MIB))),
        "no file": _said(ruc=RUC),
        "a number of text": _said(xml="PGEvPg==", number="uno"),
    }


def _raw() -> dict[str, tuple[str, bytes]]:
    return {
        "XML": ("application/xml", b"<a>" + b"<b/>" * 99_000),
        "doctype": ("text/xml", b"<!DOCTYPE a><a/>"),
        "ZIP": ("application/zip", b"PK" + bytes(10 * MIB - 2)),
        "trama": ("text/plain", b"|" * (10 * MIB)),
        "trama of lines": ("text/plain", b"\n" * (10 * MIB)),
        "trama in a charset there is not": ("text/plain; charset=klingon", b"OP|"),
        "a picture": ("image/png", b"x"),
        "a type of 20 KiB": ("x" * 20_000, b"x"),
        "no type of any form": (";;;=", b"{"),
    }


_POSTED: Final = "application/x-www-form-urlencoded"
_FORM: Final = "multipart/form-data; boundary=B"


def _part(name: str, content: bytes, more: str = "") -> bytes:
    return f'--B\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"


def _forms() -> dict[str, tuple[str, bytes]]:
    whole = _part("xml", b"<a/>", '; filename="a.xml"')
    return {
        "nothing": (_FORM, b""),
        "no boundary": ("multipart/form-data", whole + b"--B--\r\n"),
        "another boundary": ("multipart/form-data; boundary=C", whole + b"--B--\r\n"),
        "a boundary of 1 KiB": (f"multipart/form-data; boundary={'B' * 1024}", whole),
        "no end": (_FORM, whole),
        "in the middle of a part": (_FORM, whole[:-10]),
        "no name": (_FORM, b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n"),
        "10,000 parts": (_FORM, b"".join(_part(f"p{n}", b"") for n in range(10_000)) + b"--B--\r\n"),
        "the same part": (_FORM, whole * 2 + b"--B--\r\n"),
        "the same part 10,000 times": (_FORM, whole * 10_000 + b"--B--\r\n"),
        "10,000 headers": (_FORM, b"--B\r\n" + b"A: b\r\n" * 10_000 + b"\r\nx\r\n--B--\r\n"),
        "a header of 10 MiB": (_FORM, b"--B\r\nA: " + b"x" * 10_000_000 + b"\r\n\r\nx\r\n--B--\r\n"),
        "a preamble of 10 MiB": (_FORM, b"\r\n" * 5_000_000 + whole + b"--B--\r\n"),
        "an epilogue of 10 MiB": (_FORM, whole + b"--B--\r\n" + b"x" * 10_000_000),
        "half boundaries": (_FORM, _part("xml", b"\r\n--" * 2_500_000) + b"--B--\r\n"),
        "nearly boundaries": (_FORM, _part("xml", b"\r\n--A" * 2_000_000) + b"--B--\r\n"),
        "returns": (_FORM, _part("xml", b"\r" * 10_000_000) + b"--B--\r\n"),
        "a file of 10 MiB": (_FORM, _part("xml", b"x" * 10_400_000) + b"--B--\r\n"),
        "options that are none": (_FORM, whole + _part("options", b"[" * 5_000_000) + b"--B--\r\n"),
        "no UTF-8": (_FORM, whole + _part("source", b"\xff") + b"--B--\r\n"),
        "NUL": (_FORM, whole + _part("source", b"a\0b") + b"--B--\r\n"),
    }


def _posted() -> dict[str, bytes]:
    return {
        "10,000 fields": b"&".join(b"a%d=1" % n for n in range(10_000)),
        "10 MiB of marks": b"&" * (10 * MIB),
        "10 MiB of percents": b"a=" + b"%41" * 3_400_000,
        "60 KiB of percents": b"a=" + b"%41" * 20_000,
        "a field twice": b"username=a&username=b&password=c",
        "NUL": b"username=a%00&password=c",
        "no UTF-8": b"username=%ff&password=c",
    }


def _wire(bearer: str) -> dict[str, Case]:
    """What is no HTTP, or nearly."""
    post = f"POST {SEND} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: {bearer}\r\n".encode()
    get = b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    return {
        "rubbish": (lambda: b"\x16\x03\x01\x02" + bytes(200), _BAD),
        "another version": (lambda: b"GET / HTTP/9.9\r\n\r\n", _BAD),
        "a negative length": (lambda: post + b"Content-Length: -5\r\n\r\n", _BAD),
        "a length of letters": (lambda: post + b"Content-Length: diez\r\n\r\n", _BAD),
        "two lengths": (lambda: post + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", _BAD),
        "a length and chunks": (
            lambda: post + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            _BAD,
        ),
        "a length beyond all": (lambda: post + b"Content-Length: " + b"9" * 18 + b"\r\n\r\n", _LARGE),
        "a length of a thousand digits": (lambda: post + b"Content-Length: " + b"9" * 1000 + b"\r\n\r\n", (400, 413)),
        "chunks that are none": (lambda: post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", _BAD),
        "a chunk's comment of 10 MiB": (
            lambda: post + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 10_000_000,
            (400, 431),
        ),
        "a trailer of 10 MiB": (
            lambda: post + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nA: " + b"x" * 10_000_000,
            (400, 431),
        ),
        "11 MiB in chunks": (
            lambda: (
                post
                + b"Transfer-Encoding: chunked\r\n\r\n"
                + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 176
                + b"0\r\n\r\n"
            ),
            _LARGE,
        ),
        "a header of 10 MiB": (lambda: get + b"A: " + b"x" * 10_000_000 + b"\r\n\r\n", (431,)),
        "a header of 40 KiB": (lambda: get + b"A: " + b"x" * 40_000 + b"\r\n\r\n", (431,)),
        "10,000 headers": (lambda: get + b"A: b\r\n" * 10_000 + b"\r\n", (431,)),
        "an address of 1 MiB": (lambda: b"GET /" + b"a" * MIB + b" HTTP/1.1\r\nHost: a\r\n\r\n", (431,)),
        "a query of 30 KiB": (
            lambda: request("GET", f"{BASE}/documents?ruc={'&a=1' * 7_000}", Authorization=bearer),
            (422,),
        ),
        "a header folded": (lambda: get + b"A: b\r\n c\r\n\r\n", (200, 400)),
        "a header without a name": (lambda: get + b": x\r\n\r\n", _BAD),
        "a NUL in a header": (lambda: get + b"A: a\x00b\r\n\r\n", _BAD),
        "a token of 30 KiB": (
            lambda: request("GET", f"{BASE}/sessions", Authorization="Bearer " + "a." * 15_000),
            (401,),
        ),
        "no method": (lambda: request("NADA", "/livez"), (400, 405)),
        "another method": (lambda: request("DELETE", SEND, Authorization=bearer), (405,)),
        "nothing there": (lambda: request("GET", f"{BASE}/nada", Authorization=bearer), (404,)),
        "a number that is none": (lambda: request("GET", f"{BASE}/ngr/{RUC}/01/F001/x", Authorization=bearer), (422,)),
        "no format": (
            lambda: request("GET", f"{BASE}/ngr/{RUC}/01/F001/1", Authorization=bearer, Accept="a/b"),
            (404, 406),
        ),
        "no token": (lambda: request("GET", f"{BASE}/sessions"), (401,)),
        "a wrong range": (lambda: request("GET", f"{BASE}/log/99999", Authorization=bearer), (422,)),
    }
