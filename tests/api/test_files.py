"""Operations 5, 6 and 7: a receipt's files, in JSON or as they are."""

import hashlib
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from api_stack import Stack, tail
from lxml import etree

from onapi.api.shapes.receipts import CdrFile, PdfFile, XmlFile
from onapi.cdr import read_cdr
from onapi.values.archive import unzip_one

Write = Callable[..., dict[str, Any]]
Get = Callable[..., httpx2.Response]
XML, ZIP, PDF = "application/xml", "application/zip", "application/pdf"
SHAPES = {"xml": XmlFile, "cdr": CdrFile, "pdf": PdfFile}
NATIVE = [("xml", "xml", XML), ("xml", "zip", ZIP), ("cdr", "xml", XML), ("cdr", "zip", ZIP), ("pdf", "pdf", PDF)]


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, application/json;q=0.9"])
def test_json_carries_the_file_and_what_is_known_of_it(
    get: Get, settled: dict[str, Any], kind: str, accept: str
) -> None:
    answer = get(f"{kind}/{tail(settled)}", headers={"Accept": accept})
    assert answer.status_code == 200
    told = SHAPES[kind].model_validate_json(answer.content, strict=True)
    content = b64decode(told.content)
    assert (told.size, told.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (told.encoding, told.status) == ("base64", "ACCEPTED")


def test_the_xml_is_the_signed_one(get: Get, settled: dict[str, Any], stack: Stack) -> None:
    told = get(f"xml/{tail(settled)}").json()
    xml = b64decode(told["content"])
    assert told["fileName"] == f"{settled['name']}.xml"
    assert told["hash"] == settled["hash"] == etree.fromstring(xml).findtext(".//{*}DigestValue")
    assert [row["digest"] for row in stack.ledger(settled["name"])] == [told["sha256"]]
    assert unzip_one(get(f"xml/{tail(settled)}", format="zip").content) == (f"{settled['name']}.xml", xml)


def test_the_cdr_is_as_sunat_sent_it(get: Get, settled: dict[str, Any]) -> None:
    told = get(f"cdr/{tail(settled)}").json()
    archive = b64decode(told["content"])
    read = read_cdr(archive)
    assert told["fileName"] == f"R-{settled['name']}.zip"
    assert (told["cdr"]["id"], told["cdr"]["code"], told["cdr"]["accepted"]) == (read.id, "0", True)
    assert told["cdr"]["description"] == settled["sunat"]["description"]
    assert get(f"cdr/{tail(settled)}", format="zip").content == archive
    assert get(f"cdr/{tail(settled)}", format="xml").content == read.xml


@pytest.mark.parametrize(("kind", "form", "media"), NATIVE)
@pytest.mark.parametrize("way", ["format", "accept"])
def test_native_files_come_with_a_tag(  # noqa: PLR0917  pytest passes them by name
    get: Get, settled: dict[str, Any], kind: str, form: str, media: str, way: str
) -> None:
    ask: dict[str, Any] = {"format": form} if way == "format" else {"headers": {"Accept": media}}
    answer = get(f"{kind}/{tail(settled)}", **ask)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["x-document-status"] == "ACCEPTED"
    assert f".{form}" in answer.headers["content-disposition"]
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize(("kind", "form", "media"), NATIVE)
def test_an_unchanged_file_is_not_sent_again(
    get: Get, settled: dict[str, Any], kind: str, form: str, media: str
) -> None:
    del media
    tag = get(f"{kind}/{tail(settled)}", format=form).headers["etag"]
    again = get(f"{kind}/{tail(settled)}", format=form, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for known in (f"W/{tag}", f'"otra", {tag}', "*"):
        assert get(f"{kind}/{tail(settled)}", format=form, headers={"If-None-Match": known}).status_code == 304
    assert get(f"{kind}/{tail(settled)}", format=form, headers={"If-None-Match": '"otra"'}).status_code == 200


def test_the_page_is_made_alike_each_time_and_carries_the_xml(get: Get, settled: dict[str, Any]) -> None:
    page = get(f"pdf/{tail(settled)}", format="pdf")
    assert page.content == get(f"pdf/{tail(settled)}", format="pdf").content
    assert f"{settled['name']}.xml".encode() in page.content
    assert page.headers["content-disposition"].startswith("inline")
    assert get(f"pdf/{tail(settled)}", format="pdf", download="true").headers["content-disposition"].startswith("att")
    assert get(f"pdf/{tail(settled)}", template="A4").json()["template"] == "A4"


@pytest.mark.parametrize("kind", SHAPES)
def test_what_cannot_be_offered_is_not_acceptable(get: Get, settled: dict[str, Any], kind: str) -> None:
    answer = get(f"{kind}/{tail(settled)}", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [("xml", {"format": "exe"}), ("cdr", {"format": "pdf"}), ("pdf", {"format": "xml"}), ("pdf", {"template": "Z"})],
)
def test_a_form_that_does_not_exist_is_refused(
    get: Get, settled: dict[str, Any], query: tuple[str, dict[str, str]]
) -> None:
    kind, asked = query
    answer = get(f"{kind}/{tail(settled)}", **asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter")


@pytest.mark.parametrize("kind", SHAPES)
def test_files_of_nothing_are_not_found(get: Get, kind: str) -> None:
    answer = get(f"{kind}/20000000001/01/F001/99999999")
    assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


def test_a_cdr_that_may_still_come_says_when_to_ask_again(stack: Stack, send: Get, get: Get, factura: Write) -> None:
    body = factura()
    stack.arm({"fault": "F01", "value": "1", "name": f"20000000001-01-F001-{body['document']['correlativo']}"})
    taken = send(body, wait=0).json()
    answer = get(f"cdr/{tail(taken)}")
    assert (answer.status_code, answer.json()["code"]) == (404, "cdr_not_available")
    assert answer.json()["document"] == {"status": "QUEUED", "links": taken["links"]}
    assert answer.headers["retry-after"].isdigit()
    assert get(f"ngr/{tail(taken)}", wait=30).json()["available"]["cdr"] is True


def test_a_cdr_that_will_not_come_says_where_it_stands(send: Get, get: Get, factura: Write) -> None:
    signed = send(factura(), send=False).json()
    answer = get(f"cdr/{tail(signed)}")
    assert (answer.status_code, answer.json()["document"]["status"]) == (404, "SIGNED")
    assert "retry-after" not in answer.headers
    assert get(f"xml/{tail(signed)}").json()["status"] == "SIGNED"
    assert get(f"pdf/{tail(signed)}").status_code == 200
