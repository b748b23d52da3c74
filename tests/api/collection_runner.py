"""Runs a collection as Postman and Bruno would: the requests and the very lines of script that were written."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

LIMA = ZoneInfo("America/Lima")
VARIABLE = re.compile(r"{{(\w+)}}")
STATUSES = re.compile(r"expect\(\[([\d, ]+)\]\)\.to\.include\((?:pm\.response\.code|res\.getStatus\(\))\)")
SAID = re.compile(r'expect\(body\.(\w+)\)\.to\.eql\("([^"]*)"\)')
KEPT = re.compile(r'set(?:Var)?\("(\w+)", (?:String\(body\.([\w.\[\]]+)\)|body\.(\w+)\.split\("/"\)\.pop\(\))\);$')
DAY = re.compile(r'set(?:Var)?\("(\w+)", day\((-?\d+)\)\);$')
RUN = re.compile(r'set(?:Var)?\("run", String\(')
SILENT = re.compile(r"const |if \(body\.environment !== \"sandbox\"\) \{ [\w.]+\((?:null)?\); \}$")
BLOCK = re.compile(r"^([\w:-]+) \{\n(.*?)^\}\n", re.MULTILINE | re.DOTALL)
ONE_PART = re.compile(r"(\w+): (?:'''\n((?:.|\n)*?)\n'''|([^\n]*))(?:\n|$)")


@dataclass(frozen=True)
class Written:
    """A request as a collection writes it."""

    name: str
    method: str
    url: str
    media: str
    body: str
    form: dict[str, str]
    token: str  # as written, "" for none
    before: list[str]
    after: list[str]


def postman(folder: Path) -> tuple[list[Written], dict[str, str]]:
    """The requests of a Postman collection, and the variables of its environment."""
    told = json.loads((folder / "onapi.postman_collection.json").read_text("utf-8"))
    environment = json.loads((folder / "onapi.postman_environment.json").read_text("utf-8"))
    usual = told["auth"]
    requests = [_of_postman(item, usual) for group in told["item"] for item in group["item"]]
    return requests, {each["key"]: each["value"] for each in environment["values"]}


def _of_postman(item: dict[str, Any], usual: dict[str, Any]) -> Written:
    told, scripts = item["request"], {each["listen"]: each["script"]["exec"] for each in item["event"]}
    auth, body = told.get("auth", usual), told.get("body", {})
    return Written(
        name=item["name"],
        method=told["method"],
        url=told["url"]["raw"],
        media=next((each["value"] for each in told["header"] if each["key"] == "Content-Type"), ""),
        body=body.get("raw", ""),
        form={each["key"]: each["value"] for each in body.get("formdata", ())},
        token=auth["bearer"][0]["value"] if auth["type"] == "bearer" else "",
        before=scripts.get("prerequest", []),
        after=scripts["test"],
    )


def bruno(folder: Path) -> tuple[list[Written], dict[str, str]]:
    """The requests of a Bruno folder in its order, and the variables of its environment."""
    environment = _blocks(folder / "environments" / "demo.bru")["vars"]
    groups = sorted(folder.glob("*/folder.bru"), key=_seq)
    files = [file for group in groups for file in sorted(group.parent.glob("[0-9]*.bru"), key=_seq)]
    return [_of_bruno(file) for file in files], dict(line.split(": ", 1) for line in environment.splitlines())


def _blocks(file: Path) -> dict[str, str]:
    found = {
        name: re.sub(r"^  ", "", text, flags=re.MULTILINE) for name, text in BLOCK.findall(file.read_text("utf-8"))
    }
    return {name: text.rstrip("\n") for name, text in found.items()}


def _pairs(text: str) -> dict[str, str]:
    return {name: value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}


def _seq(file: Path) -> int:
    return int(_pairs(_blocks(file)["meta"])["seq"])


def _of_bruno(file: Path) -> Written:
    told = _blocks(file)
    method = next(name for name in told if name in {"get", "post", "put", "patch", "delete"})
    way = _pairs(told[method])
    block = {"multipartForm": "multipart-form"}.get(way["body"], way["body"])
    text = told.get(f"body:{block}", "")
    is_form = way["body"] == "multipartForm"
    parts = (
        (name, re.sub(r"^  ", "", long, flags=re.MULTILINE) or short) for name, long, short in ONE_PART.findall(text)
    )
    return Written(
        name=_pairs(told["meta"])["name"],
        method=method.upper(),
        url=way["url"],
        media=_pairs(told.get("headers", "")).get("Content-Type", ""),
        body="" if is_form else text,
        form=dict(parts) if is_form else {},
        token=_pairs(told["auth:bearer"])["token"] if way["auth"] == "bearer" else "",
        before=told.get("script:pre-request", "").splitlines(),
        after=told["tests"].splitlines(),
    )


@dataclass
class Runner:
    """One run: its variables, and what went wrong."""

    http: httpx2.Client
    now: datetime
    run: int  # what no run before had
    variables: dict[str, str]
    wrong: list[str] = field(default_factory=list)
    checked: int = 0

    def walk(self, requests: list[Written]) -> None:
        """Send every request, one after the other."""
        for request in requests:
            for line in request.before:
                self._prepare(line)
            self._check(request, self._send(request))

    def _send(self, request: Written) -> httpx2.Response:
        headers = {"Content-Type": request.media} if request.media else {}
        if request.token:
            headers["Authorization"] = f"Bearer {self._filled(request.token)}"
        more: dict[str, Any] = {}
        if request.form:
            more["files"] = {name: (None, self._filled(value)) for name, value in request.form.items()}
        elif request.body:
            more["content"] = self._filled(request.body)
        return self.http.request(request.method, self._filled(request.url), headers=headers, **more)

    def _filled(self, text: str) -> str:
        return VARIABLE.sub(lambda found: self.variables[found[1]], text)

    def _prepare(self, line: str) -> None:
        if found := DAY.search(line):
            day = self.now.astimezone(LIMA).date() + timedelta(days=int(found[2]))
            self.variables[found[1]] = day.isoformat()
        elif RUN.search(line):
            self.variables["run"] = str(self.run)
        else:
            assert SILENT.match(line), line

    def _check(self, request: Written, answer: httpx2.Response) -> None:
        for line in request.after:
            self.checked += 1
            if found := STATUSES.search(line):
                good = answer.status_code in map(int, found[1].split(","))
            elif found := SAID.search(line):
                good = str(_at(answer, found[1])) == found[2]
            elif found := KEPT.search(line):
                value = str(_at(answer, found[2] or found[3]))
                self.variables[found[1]] = value.rpartition("/")[2] if found[3] else value
                continue
            else:
                assert SILENT.match(line), line
                self.checked -= 1
                continue
            if not good:
                self.wrong.append(f"{request.name}: {line} {answer.status_code} {answer.text[:400]}")


def _at(answer: httpx2.Response, place: str) -> object:
    """The member of an answer that a line names, as `items[0].id`."""
    found = answer.json()
    for name, index in re.findall(r"(\w+)(?:\[(\d+)\])?", place):
        found = found.get(name, "") if isinstance(found, dict) else ""
        found = found[int(index)] if index and found else found
    return found
