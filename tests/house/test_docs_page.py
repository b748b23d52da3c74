"""The API page is whole and asks nobody outside."""

import gzip
import json
import re
from hashlib import sha256
from html import unescape
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onapi.api.docs_page import SCRIPT, docs_routes

OPENAPI = '/api/"openapi".json'  # quotes, so that a missing escape shows


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Make a client of an app that holds nothing but the page."""
    return TestClient(Starlette(routes=docs_routes(OPENAPI)))


def configuration(page: str) -> dict[str, Any]:
    """Read what the page tells Scalar."""
    found = re.search(r'data-configuration="([^"]*)"', page)
    assert found
    return dict(json.loads(unescape(found[1])))


def test_the_page_names_our_document_and_our_script_only(client: TestClient) -> None:
    answer = client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert configuration(answer.text)["url"] == OPENAPI
    assert OPENAPI not in answer.text
    assert re.findall(r'src="([^"]*)"', answer.text) == [
        f"docs/scalar.js?v={sha256(SCRIPT.read_bytes()).hexdigest()[:16]}"
    ]
    assert "//" not in answer.text.replace("<!doctype", "")


def test_every_road_outside_is_closed(client: TestClient) -> None:
    told = configuration(client.get("/docs").text)
    assert [told[key] for key in ("withDefaultFonts", "telemetry", "persistAuth")] == [False, False, False]
    assert told["agent"] == told["mcp"] == {"disabled": True}
    assert told["proxyUrl"] == ""
    assert set(told["externalUrls"].values()) == {""}
    assert told["showDeveloperTools"] == "never"


def test_the_policy_allows_only_ourselves(client: TestClient) -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in client.get("/docs").headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["font-src"] == "'self'"
    assert not [value for value in policy.values() if "http" in value or "*" in value]


def test_no_script_stands_in_the_page(client: TestClient) -> None:
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", client.get("/docs").text)
    assert len(scripts) == 2
    assert not [inside for _, inside in scripts if inside]


def test_the_script_goes_out_packed_and_is_kept_a_year(client: TestClient) -> None:
    answer = client.get("/docs/scalar.js", headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == SCRIPT.stat().st_size
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == gzip.decompress(SCRIPT.read_bytes())


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "gzip; q=0.0, br"])
def test_a_client_without_gzip_gets_it_plain(client: TestClient, accepted: str) -> None:
    answer = client.get("/docs/scalar.js", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert b"scalar" in answer.content[:2000]


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_a_known_script_is_not_sent_again(client: TestClient, accepted: str) -> None:
    tag = client.get("/docs/scalar.js", headers={"Accept-Encoding": accepted}).headers["etag"]
    again = client.get("/docs/scalar.js", headers={"Accept-Encoding": accepted, "If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")


def test_the_packed_script_says_its_version() -> None:
    assert b"1.72.1" in gzip.decompress(SCRIPT.read_bytes())
    assert "1.72.1" in SCRIPT.with_name("README.md").read_text("utf-8")
