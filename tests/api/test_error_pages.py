"""Every code has its page, and the `type` of every problem leads to it."""

import re
from html import unescape

import httpx2
import pytest
from api_stack import Stack

from onapi.api.error_html import POLICY
from onapi.api.problem_codes import PROBLEMS
from onapi.api.problem_words import told
from onapi.facts.remedies import published
from onapi.library.explain import explain

OUTSIDE = re.compile(r"(?:src|href|action)=\"(?:[a-z]+:)?//|<script|javascript:|\son[a-z]+=\"", re.IGNORECASE)


@pytest.fixture(scope="module")
def index(stack: Stack) -> httpx2.Response:
    """The page that lists all."""
    answer = stack.http.get("/docs/errors")
    assert answer.status_code == 200
    return answer


def test_the_index_has_an_anchor_for_every_code(index: httpx2.Response) -> None:
    anchors = set(re.findall(r'id="([a-z0-9_]+)"', index.text))
    wanted = set(PROBLEMS) | {f"sunat_{code}" for code in published()}
    assert len(wanted) >= 2148 + len(PROBLEMS)
    assert wanted <= anchors
    assert len(re.findall(r'id="', index.text)) == len(wanted)


def test_the_index_comes_from_here_and_runs_nothing(index: httpx2.Response) -> None:
    assert index.headers["content-security-policy"] == POLICY
    assert "script-src" not in POLICY
    assert "default-src 'none'" in POLICY
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    assert not OUTSIDE.search(index.text)


@pytest.mark.parametrize("code", [*PROBLEMS])
def test_each_code_of_ours_has_its_words_and_its_page(stack: Stack, code: str) -> None:
    words = told()[code]
    assert all((words.since, words.title_en, words.action_en, words.cause, words.cause_en, words.does))
    answer = stack.http.get(f"/docs/errors/{code}")
    assert answer.status_code == 200
    page = unescape(answer.text)
    for text in (PROBLEMS[code].title, PROBLEMS[code].action, words.cause, words.does, words.title_en, words.cause_en):
        assert text in page


def test_each_code_of_sunat_has_its_page(stack: Stack) -> None:
    for code in published()[::7]:  # all are made for the index; here, that they are served
        answer = stack.http.get(f"/docs/errors/sunat_{code}")
        found, page = explain(code), unescape(answer.text)
        assert answer.status_code == 200
        assert all(text in page for text in (found.title, found.cause, found.remedy, found.number, found.does)), code
        assert all(place.sentence in page and (place.field or "/") in page for place in found.places), code
        assert not OUTSIDE.search(answer.text)


@pytest.mark.parametrize("name", ["2800", "sunat_2800", "sunat_104", "3999"])
def test_a_number_alone_is_understood(stack: Stack, name: str) -> None:
    assert stack.http.get(f"/docs/errors/{name}").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["nada", "sunat_", "sunat_28000", "%3Cscript%3E", "%EF%BC%92%EF%BC%98%EF%BC%90%EF%BC%90", "sunat_abcd"],
)
def test_what_is_no_code_has_none(stack: Stack, name: str) -> None:
    answer = stack.http.get(f"/docs/errors/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("words", "there", "missing"),
    [
        ("2800", "sunat_2800", "sunat_2801"),
        ("sunat_0104", "sunat_0104", "sunat_0105"),
        ("Contraseña INCORRECTOS", "sunat_0102", "sunat_0104"),
        ("refresh_token_reused", "refresh_token_reused", "sunat_2800"),
        ("disco lleno", "storage_full", "not_found"),
    ],
)
def test_it_can_be_searched_without_a_script(stack: Stack, words: str, there: str, missing: str) -> None:
    page = stack.http.get("/docs/errors", params={"q": words}).text
    assert f'id="{there}"' in page
    assert f'id="{missing}"' not in page


def test_what_was_asked_is_not_written_as_html(stack: Stack) -> None:
    page = stack.http.get("/docs/errors", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_it_is_kept_by_who_has_it(stack: Stack) -> None:
    for headers in ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}):
        first = stack.http.get("/docs/errors", headers=headers)
        again = stack.http.get("/docs/errors", headers={**headers, "If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["vary"] == "Accept-Encoding"


def test_the_type_of_a_problem_leads_here(stack: Stack, index: httpx2.Response) -> None:
    told_type = stack.http.get("/nada").json()["type"]
    page, _, anchor = told_type.partition("#")
    assert stack.http.get(page).status_code == 200
    assert f'id="{anchor}"' in index.text


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"])
def test_a_forged_host_does_not_come_back(stack: Stack, name: str) -> None:
    answer = stack.http.get("/nada", headers={name: "evil.example"})
    assert answer.status_code == 404
    assert "evil" not in answer.text + str(answer.headers)
    assert answer.json()["type"].startswith(f"{stack.house.settings.address}/docs/errors#")
