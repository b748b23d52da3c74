"""Lists, CSV, links: what a company issued, found again, given out and taken back."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from api_stack import NOT_ENROLLED, OTHER_RUC, RUC, Stack, tail
from typer.testing import CliRunner

from onapi.api.shapes.document_list import DocumentList
from onapi.api.shapes.links import FileLink
from onapi.cli.app import create_cli

Write = Callable[..., dict[str, Any]]
Send = Callable[..., httpx2.Response]
NAMES = ("newest", "created", "issued", "number")


@pytest.fixture(scope="module")
def some(send: Send, factura: Write, boleta: Write) -> list[dict[str, Any]]:
    """Seven receipts of several sorts, signed only but for the first two."""
    found = [send(factura(), wait=30).json(), send(boleta(), wait=30).json()]
    for n in range(5):
        body = {**factura(fechaEmision=f"2026-11-{18 + n % 3}T10:00:00-05:00"), "externalId": f"LISTA-{n}"}
        found.append(send(body, send=False).json())
    return found


def walked(get: Send, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = get("documents", **query, **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        told = answer.json()
        DocumentList.model_validate(told)
        found += told["items"]
        cursor = told["nextCursor"]
        if not cursor:
            return found


def test_each_receipt_is_listed_once_as_its_record_tells_it(
    get: Send, some: list[dict[str, Any]], stack: Stack
) -> None:
    stack.wait_until_quiet()
    for order in NAMES:
        found = walked(get, limit=3, order=order)
        ids = [each["id"] for each in found]
        assert len(set(ids)) == len(ids) == len(walked(get, limit=200, order=order))
        assert {each["id"] for each in some} <= set(ids)
    by_id = {each["id"]: each for each in found}
    for each in some:
        assert by_id[each["id"]] == get(f"ngr/{tail(each)}").json()


@pytest.mark.usefixtures("some")
def test_filters(get: Send, some: list[dict[str, Any]]) -> None:
    first = some[0]
    assert [each["id"] for each in walked(get, number=f"F001-{first['number']}")] == [first["id"]]
    assert [each["id"] for each in walked(get, number=first["name"])] == [first["id"]]
    assert [each["externalId"] for each in walked(get, externalId="LISTA-3")] == ["LISTA-3"]
    assert {each["doctype"] for each in walked(get, doctype="03")} == {"03"}
    assert {each["status"] for each in walked(get, status="SIGNED", limit=200)} == {"SIGNED"}
    assert {each["status"] for each in walked(get, status="accepted,SIGNED", limit=200)} == {"ACCEPTED", "SIGNED"}
    days = {each["issueDate"] for each in walked(get, **{"from": "2026-11-18", "to": "2026-11-19"}, limit=200)}
    assert days == {"2026-11-18", "2026-11-19"}
    assert {each["customer"]["numDoc"] for each in walked(get, customer="45678912")} == {"45678912"}
    assert walked(get, createdFrom="2026-11-21") == []
    assert len(walked(get, createdTo="2026-11-20", limit=200)) == len(walked(get, limit=200))
    assert walked(get, createdTo="2026-11-20T00:00:00-05:00") == []


def test_pages_by_number(get: Send, some: list[dict[str, Any]]) -> None:
    told = get("documents", page=2, size=3).json()
    assert (told["page"], told["size"], len(told["items"])) == (2, 3, 3)
    assert told["totalPages"] == -(-told["totalItems"] // 3)
    assert told["items"] == walked(get, limit=200)[3:6]
    assert told["totalItems"] >= len(some)
    assert get("documents", page=100, size=200).status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        {"ruc": "123"},
        {"doctype": "99"},
        {"status": "LOST"},
        {"from": "ayer"},
        {"createdTo": "2026-13-01"},
        {"number": "F001-0"},
        {"order": "best"},
        {"cursor": "AAAA"},
        {"cursor": "WyJuZXdlc3QiLDFd"},
        {"serie": "X"},
        {"nada": "1"},
        {"limit": "0"},
        {"limit": "201"},
        {"externalId": "x" * 65},
        {"serie": "F001", "number": "B001-1"},
    ],
    ids=str,
)
def test_a_filter_that_does_not_fit_is_told(get: Send, query: dict[str, str]) -> None:
    answer = get("documents", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_parameter"), answer.text
    assert answer.json()["errors"]


@pytest.mark.usefixtures("some")
def test_whose_receipts(stack: Stack, get: Send, token_of: Callable[[str], str]) -> None:
    assert get("documents", ruc=OTHER_RUC).json()["code"] == "ruc_not_allowed"
    own = stack.call("GET", "documents", token=token_of("ajeno"))
    assert (own.status_code, own.json()["items"]) == (200, [])
    several = token_of("dos")
    assert stack.call("GET", "documents", token=several).json()["errors"][0]["field"] == "/query/ruc"
    assert stack.call("GET", "documents", token=several, params={"ruc": NOT_ENROLLED}).json()["items"] == []
    assert stack.call("GET", "documents", token=several, params={"ruc": RUC}).json()["items"]


PAYLOADS = [f"{start}{rest}" for start in ("=", "+", "-", "@", "\t=", "\r=") for rest in ("1+1", "cmd|' /C calc'!A0")]


def test_the_csv_is_inert_and_whole(stack: Stack, token: str, send: Send, factura: Write, get: Send) -> None:
    for n, payload in enumerate(PAYLOADS[:4]):
        client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": f"{payload}{n}"}
        assert send(factura(client=client), send=False).status_code == 201
    answer = stack.call("GET", "documents.csv", token=token, params={"customer": "20000000010"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    name = answer.headers["content-disposition"]
    assert name.startswith(f'attachment; filename="comprobantes-{RUC}-2026')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(walked(get, customer="20000000010", limit=200))
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]
    assert len([row for row in rows if row["cliente_nombre"].startswith("'")]) >= 4
    assert {row["total"] for row in rows} >= {"236.00"}


def opened(stack: Stack, url: str, method: str = "GET", **more: Any) -> httpx2.Response:
    address = urlsplit(url)
    return stack.http.request(method, f"{address.path}?{address.query}", **more)


@pytest.mark.parametrize(
    ("kind", "media"), [("pdf", "application/pdf"), ("xml", "application/xml"), ("cdr", "application/xml")]
)
def test_a_link_opens_its_file_without_a_token(
    stack: Stack, get: Send, settled: dict[str, Any], kind: str, media: str
) -> None:
    told = get(f"url/{kind}/{tail(settled)}").json()
    FileLink.model_validate(told)
    assert told["url"].startswith(f"{stack.house.settings.address}/integrator/api/v1/files/")
    answer = opened(stack, told["url"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.content == get(f"{kind}/{tail(settled)}", format="pdf" if kind == "pdf" else "xml").content
    assert (answer.headers["referrer-policy"], len(answer.content)) == ("no-referrer", told["size"])
    assert told["fileName"] in answer.headers["content-disposition"]
    if kind == "cdr":
        zipped = opened(stack, f"{told['url']}?format=zip")
        assert zipped.content == get(f"cdr/{tail(settled)}", format="zip").content


def test_a_link_for_one_use(stack: Stack, get: Send, settled: dict[str, Any]) -> None:
    url = get(f"url/xml/{tail(settled)}", once="true").json()["url"]
    assert opened(stack, url, "HEAD").status_code == 200
    assert [opened(stack, url).status_code for _ in range(3)] == [200, 404, 404]


def test_links_are_taken_back(stack: Stack, token: str, get: Send, settled: dict[str, Any]) -> None:
    old = get(f"url/pdf/{tail(settled)}").json()["url"]
    assert stack.call("DELETE", f"url/{tail(settled)}", token=token).status_code == 204
    answer = opened(stack, old)
    assert (answer.status_code, answer.json()["code"]) == (404, "link_expired")
    assert opened(stack, get(f"url/pdf/{tail(settled)}").json()["url"]).status_code == 200


@pytest.mark.parametrize("ttl", ["59", "604801", "x"])
def test_a_link_lives_a_minute_to_a_week(get: Send, settled: dict[str, Any], ttl: str) -> None:
    assert get(f"url/pdf/{tail(settled)}", ttl=ttl).status_code == 422
    assert get(f"url/pdf/{tail(settled)}", ttl="60").status_code == 200


def test_no_link_to_a_file_that_is_not_there(get: Send, some: list[dict[str, Any]]) -> None:
    assert get(f"url/cdr/{tail(some[-1])}").json()["code"] == "cdr_not_available"
    assert get(f"url/xml/{RUC}/01/F009/1").json()["code"] == "document_not_found"


@pytest.mark.parametrize("kind", ["xml", "cdr"])
def test_parts_heads_and_tags(stack: Stack, token: str, get: Send, settled: dict[str, Any], kind: str) -> None:
    path, query = f"{kind}/{tail(settled)}", {"format": "xml"}
    whole = get(path, **query)
    size = len(whole.content)
    assert whole.headers["cache-control"] == "private, max-age=31536000, immutable"
    head = stack.call("HEAD", path, token=token, params=query)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(size))
    assert head.headers["etag"] == whole.headers["etag"]
    for asked, first, last in (("bytes=0-9", 0, 9), ("bytes=10-", 10, size - 1), ("bytes=-5", size - 5, size - 1)):
        part = get(path, **query, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, whole.content[first : last + 1])
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
    assert get(path, **query, headers={"Range": f"bytes={size}-"}).status_code == 200
    assert get(path, **query, headers={"Range": "bytes=9-0"}).status_code == 200
    assert get(path, **query, headers={"Range": "bytes=0-9", "If-Range": '"otro"'}).status_code == 200
    assert get(path, **query, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304


def test_what_may_still_change_is_asked_about_again(get: Send, some: list[dict[str, Any]]) -> None:
    assert get(f"xml/{tail(some[-1])}", format="xml").headers["cache-control"] == "private, no-cache"


def test_ngr_tells_all_that_is_asked_for(get: Send, settled: dict[str, Any]) -> None:
    told = get(f"ngr/{tail(settled)}", include="xml,cdr,pdf,qr,document,trama,history").json()
    assert set(told["files"]) == {"xml", "cdr", "pdf", "qrPng"}
    assert told["document"]["serie"] == settled["serie"]
    assert told["trama"].startswith("OP|1|01|")
    first, *others = [line["actor"] for line in told["history"]]
    assert first not in {"onapi", "sunat"}  # who sent it
    assert set(others) == {"onapi", "sunat"}
    assert get(f"ngr/{tail(settled)}", include="todo").json()["code"] == "invalid_parameter"


def test_a_form_is_taken_as_any_other_body(stack: Stack, token: str, factura: Write, boleta: Write) -> None:
    body = factura()
    files = {"file": ("f.json", json.dumps({**body["document"], "tipoDoc": "01"}).encode(), "application/json")}
    fields = {"ruc": RUC, "options": json.dumps({"wait": 30}), "externalId": "FORM-1"}
    answer = stack.call("POST", "sendMessage", token=token, files=files, data=fields)
    assert (answer.status_code, answer.json()["status"]) == (201, "ACCEPTED"), answer.text
    assert answer.json()["externalId"] == "FORM-1"
    bare = stack.call(
        "POST", "sendMessage", token=token, json={**boleta()["document"], "tipoDoc": "03", "company": {"ruc": RUC}}
    )
    assert bare.status_code in {201, 202}, bare.text
    empty = stack.call("POST", "sendMessage", token=token, files={"otra": ("a", b"x")})
    assert empty.status_code == 422


def test_the_command_line_lists_and_exports(stack: Stack, some: list[dict[str, Any]], tmp_path: Path) -> None:
    cli, runner = create_cli(stack.house), CliRunner()
    shown = runner.invoke(cli, ["documents", "list", "--ruc", RUC, "--status", "SIGNED", "--most", "200"])
    assert shown.exit_code == 0, shown.output
    assert f"{some[-1]['name']}\t{some[-1]['issueDate']}\tSIGNED\tPEN 236.00" in shown.output.splitlines()
    file = tmp_path / "todo.csv"
    done = runner.invoke(cli, ["documents", "export", "--ruc", RUC, "--from", "2026-11-18", "--out", str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(b"\xef\xbb\xbfruc,tipo")
    for wrong in (["--status", "NADA"], ["--from", "ayer"], ["--doctype", "99"]):
        assert runner.invoke(cli, ["documents", "list", "--ruc", RUC, *wrong]).exit_code == 2
