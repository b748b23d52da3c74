"""Operations 6 and 11 with every paper and copy, files in parts, and the templates that a company brings."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from api_stack import NOT_ENROLLED, OTHER_RUC, RUC, Stack, tail

from onapi.api.shapes.page_template import TemplateKept, TemplateList
from onapi.api.shapes.receipts import PdfFile

Write = Callable[..., dict[str, Any]]
Get = Callable[..., httpx2.Response]
OWN = '#let sheet = json("page.json")\n#set page(paper: "a6")\n= #sheet.heading #sheet.number\n'
PLACE = f"admin/companies/{RUC}/template"


@pytest.fixture
def put(stack: Stack, token: str) -> Iterator[Get]:
    """A way to put a template; those that were put are taken away."""
    names: set[str] = set()

    def sent(name: str, **more: Any) -> httpx2.Response:
        answer = stack.call("PUT", f"{PLACE}/{name}", token=token, **more)
        names.update([name] if answer.status_code == 200 else [])
        return answer

    yield sent
    for name in names:
        stack.call("DELETE", f"{PLACE}/{name}", token=token)


@pytest.mark.parametrize("template", ["A4", "A5", "ticket80", "ticket58"])
@pytest.mark.parametrize("copies", [None, "emisor", "adquirente"])
def test_every_paper_and_copy(get: Get, settled: dict[str, Any], template: str, copies: str | None) -> None:
    asked = {"template": template, **({"copies": copies} if copies else {})}
    told = PdfFile.model_validate_json(get(f"pdf/{tail(settled)}", **asked).content)
    native = get(f"pdf/{tail(settled)}", format="pdf", **asked)
    assert (told.template, told.warnings) == (template, None)
    assert (native.status_code, told.sha256) == (200, hashlib.sha256(native.content).hexdigest())
    assert native.headers["cache-control"] == "private, no-cache"  # its stamp may change


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("pdf", {"template": "A3"}),
        ("pdf", {"template": "a4"}),
        ("pdf", {"template": ""}),
        ("pdf", {"template": "../../etc/passwd"}),
        ("pdf", {"template": "A" * 5000}),
        ("pdf", {"copies": "sunat"}),
        ("pdf", {"copies": ""}),
        ("pdf", {"format": "docx"}),
        ("pdf", {"download": "tal vez"}),
        ("url/pdf", {"template": "A3"}),
    ],
)
def test_what_there_is_not_is_refused(get: Get, settled: dict[str, Any], kind: str, query: dict[str, str]) -> None:
    answer = get(f"{kind}/{tail(settled)}", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter")
    assert answer.json()["errors"][0]["field"].endswith(next(iter(query)))


@pytest.mark.parametrize(("kind", "form"), [("pdf", "pdf"), ("xml", "xml"), ("cdr", "zip")])
def test_parts_of_a_file(get: Get, settled: dict[str, Any], kind: str, form: str) -> None:
    path = f"{kind}/{tail(settled)}"
    whole = get(path, format=form)
    size, tag = len(whole.content), whole.headers["etag"]
    for asked, first, last in (
        ("0-9", 0, 9),
        ("10-", 10, size - 1),
        ("-20", size - 20, size - 1),
        ("5-999999999", 5, size - 1),
    ):
        part = get(path, format=form, headers={"Range": f"bytes={asked}", "If-Range": tag})
        assert (part.status_code, part.headers["content-range"]) == (206, f"bytes {first}-{last}/{size}")
        assert part.content == whole.content[first : last + 1]
    for head in ({"If-Range": '"another"'}, {"If-Range": f"W/{tag}"}):
        assert get(path, format=form, headers={"Range": "bytes=0-9", **head}).content == whole.content
    for asked in ("bytes=0-1,5-6", "bytes=9-1", f"bytes={size}-", "lines=1-2", "bytes=a-b"):
        answer = get(path, format=form, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (200, whole.content)
    wanted = {"Range": "bytes=0-9", "If-None-Match": tag}
    assert get(path, format=form, headers=wanted).status_code == 304


def test_what_can_never_change_is_kept_for_ever_and_the_page_is_asked_about(get: Get, settled: dict[str, Any]) -> None:
    for kind, form in (("xml", "xml"), ("xml", "zip"), ("cdr", "xml"), ("cdr", "zip")):
        told = get(f"{kind}/{tail(settled)}", format=form).headers["cache-control"]
        assert told == "private, max-age=31536000, immutable"
    assert "immutable" not in get(f"pdf/{tail(settled)}", format="pdf").headers["cache-control"]


def test_a_link_opens_the_paper_it_was_made_for(stack: Stack, get: Get, settled: dict[str, Any]) -> None:
    made = get(f"url/pdf/{tail(settled)}", template="ticket58").json()
    opened = stack.http.get(made["url"])
    page = get(f"pdf/{tail(settled)}", format="pdf", template="ticket58")
    assert (opened.content, made["size"]) == (page.content, len(page.content))
    other = stack.http.get(made["url"], params={"template": "A4"})
    assert other.content == page.content  # what it opens stands in it, and nowhere else
    assert opened.headers["referrer-policy"] == "no-referrer"


def test_a_message_can_wish_for_a_paper(send: Get, factura: Write) -> None:
    answer = send(factura(), wait=0, include=["pdf"], pdfTemplate="ticket80")
    assert answer.status_code in {201, 202}
    assert answer.json()["files"]["pdf"].startswith("JVBERi0")
    body = factura()
    refused = send(body, wait=0, pdfTemplate="recibo")
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")
    assert refused.json()["errors"][0]["field"] == "/options/pdfTemplate"
    assert send(body, wait=0).status_code in {201, 202}  # its number was not taken


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"source": OWN}},
        {"content": OWN.encode(), "headers": {"Content-Type": "text/plain; charset=utf-8"}},
        {"files": {"template": ("recibo.typ", OWN.encode(), "text/plain")}},
    ],
)
def test_a_company_brings_its_template(stack: Stack, token: str, put: Get, get: Get, body: dict[str, Any]) -> None:
    kept = put("recibo", **body)
    assert kept.status_code == 200, kept.text
    told = TemplateKept.model_validate_json(kept.content)
    assert (told.name, told.bytes, told.fault, len(told.triedOn)) == ("recibo", len(OWN), None, 12)
    source = stack.call("GET", f"{PLACE}/recibo", token=token)
    assert (source.text, source.headers["etag"]) == (OWN, f'"{told.sha256}"')
    assert source.headers["content-type"].startswith("text/plain")
    listed = TemplateList.model_validate_json(get(PLACE).content)
    assert [each.name for each in listed.items] == ["recibo"]


def test_pages_are_set_with_it_until_it_goes(
    stack: Stack, token: str, put: Get, get: Get, settled: dict[str, Any]
) -> None:
    usual = get(f"pdf/{tail(settled)}", format="pdf").content
    put("A4", json={"source": OWN})
    own = get(f"pdf/{tail(settled)}", format="pdf").content
    link = get(f"url/pdf/{tail(settled)}").json()["url"]
    assert own != usual == get(f"pdf/{tail(settled)}", format="pdf", template="A5").content or own != usual
    assert stack.http.get(link).content == own
    put("recibo", json={"source": OWN + "otra"})
    named = get(f"url/pdf/{tail(settled)}", template="recibo").json()["url"]
    for name in ("A4", "recibo"):
        assert stack.call("DELETE", f"{PLACE}/{name}", token=token).status_code == 204
        assert stack.call("DELETE", f"{PLACE}/{name}", token=token).json()["code"] == "template_not_found"
    assert get(f"pdf/{tail(settled)}", format="pdf").content == usual
    assert stack.http.get(named).content == usual  # what it was made with is gone
    assert get(f"pdf/{tail(settled)}", template="recibo").status_code == 422


def test_a_bad_template_says_line_and_fault(put: Get, get: Get) -> None:
    answer = put("A4", json={"source": "= hola\n#sheet.total"})
    assert (answer.status_code, answer.json()["code"]) == (422, "template_invalid")
    assert answer.json()["detail"].startswith("Línea 2, columna 1: unknown variable: sheet")
    assert "action" in answer.json()
    assert get(PLACE).json()["items"] == []


def test_one_that_fails_later_warns_and_can_be_seen(put: Get, get: Get, settled: dict[str, Any]) -> None:
    usual = get(f"pdf/{tail(settled)}").json()
    name = settled["name"].rpartition("-")[2]
    fragile = f'{OWN}#if sheet.number.ends-with("-{name}") {{ panic("roto") }}\n'
    assert put("A4", json={"source": fragile}).status_code == 200
    page = PdfFile.model_validate_json(get(f"pdf/{tail(settled)}").content)
    assert page.sha256 == usual["sha256"]
    assert page.warnings is not None
    assert page.warnings[0].code == "template_invalid"
    assert "Línea 4" in page.warnings[0].message
    (told,) = get(PLACE).json()["items"]
    assert told["fault"]["receipt"] == f"{settled['serie']}-{settled['number']}"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("1a", {"json": {"source": OWN}}, "invalid_parameter"),
        ("a.b", {"json": {"source": OWN}}, "invalid_parameter"),
        ("x" * 21, {"json": {"source": OWN}}, "invalid_parameter"),
        ("A4", {"json": {}}, "validation_failed"),
        ("A4", {"json": {"source": ""}}, "validation_failed"),
        ("A4", {"json": {"source": OWN, "more": 1}}, "validation_failed"),
        ("A4", {"json": {"source": 5}}, "validation_failed"),
        ("A4", {"content": b"[", "headers": {"Content-Type": "application/json"}}, "malformed_json"),
        ("A4", {"content": b"x", "headers": {"Content-Type": "application/pdf"}}, "unsupported_media_type"),
        ("A4", {"content": b" ", "headers": {"Content-Type": "text/plain"}}, "template_invalid"),
        ("A4", {"content": b"a\xff", "headers": {"Content-Type": "text/plain"}}, "template_invalid"),
        ("A4", {"content": b"a" * 300_000, "headers": {"Content-Type": "text/plain"}}, "payload_too_large"),
        ("A4", {"files": {"other": ("a", b"a")}}, "validation_failed"),
    ],
)
def test_what_is_no_template_is_refused(put: Get, name: str, body: dict[str, Any], code: str) -> None:
    assert put(name, **body).json()["code"] == code


def test_templates_are_the_companys_own(stack: Stack, token: str, token_of: Callable[[str], str]) -> None:
    for path in (PLACE, f"{PLACE}/A4"):
        assert stack.call("GET", path, token=token_of("ajeno")).json()["code"] == "ruc_not_allowed"
        assert stack.call("GET", path, token=token_of("lector")).json()["code"] == "scope_missing"
    other = f"admin/companies/{OTHER_RUC}/template"
    assert stack.call("GET", other, token=token).status_code == 403
    nobody = f"admin/companies/{NOT_ENROLLED}/template"
    assert stack.call("GET", nobody, token=token_of("dos")).json()["code"] == "company_not_found"
    answer = stack.call("PUT", f"{nobody}/A4", token=token_of("dos"), json={"source": OWN})
    assert answer.json()["code"] == "company_not_enrolled"
