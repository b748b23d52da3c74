"""From the OpenAPI document and the walk to requests that a program can write down."""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from onapi.collection.step import Plan, Query, Request, Step
from onapi.collection.walk import WALK

BORN: Final = date(2026, 11, 20)  # the day of the document's examples; other dates of theirs are counted from it
JSON: Final = "application/json"
FORM: Final = "multipart/form-data"
_DATE = re.compile(r"(20\d{2})-(\d{2})-(\d{2})(?:T[\d:.]+-05:00)?")
_VARIABLE = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a collection is run, and as whom."""

    base_url: str
    ruc: str
    client_id: str
    username: str
    password: str
    certificate: str  # PKCS#12 in base64, for the request that puts one
    certificate_password: str

    def variables(self) -> dict[str, str]:
        """The variables of the environment."""
        return {
            "base_url": self.base_url,
            "ruc": self.ruc,
            "client_id": self.client_id,
            "username": self.username,
            "password": self.password,
            "webhook_url": "https://webhook.invalid/onapi",  # a name that stands for nothing: nobody is called
            "certificate": self.certificate,
            "certificate_password": self.certificate_password,
            "sol_user": "MODDATOS",
            "sol_password": "moddatos",
            "api_id": "onapi-demo",
            "api_secret": "onapi-demo",
        }


def plan(document: Mapping[str, Any], place: Place) -> Plan:
    """The collection of a platform at a place."""
    known = {operation["operationId"]: (path, method, operation) for path, method, operation in _operations(document)}
    requests = tuple(_request(step, *known[step.operation]) for step in WALK)
    words = {tag["name"]: tag["description"] for tag in document["tags"]}
    folders = dict.fromkeys(request.folder for request in requests)
    texts = "".join(request.body + "".join(value for _, value in request.form) for request in requests)
    return Plan(
        title=document["info"]["title"],
        words=document["info"]["description"],
        folders=tuple((name, words[name]) for name in folders),
        requests=tuple(request for name in folders for request in requests if request.folder == name),
        days=tuple(sorted({_offset(name) for name in re.findall(r"{{day_(m?\d+)}}", texts)})),
        place=place.variables(),
    )


def day_name(offset: int) -> str:
    """The variable of a date so many days from today."""
    return f"day_{'m' if offset < 0 else ''}{abs(offset)}"


def _offset(name: str) -> int:
    return -int(name[1:]) if name.startswith("m") else int(name)


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _request(step: Step, path: str, method: str, operation: dict[str, Any]) -> Request:
    content = operation.get("requestBody", {}).get("content", {}).get(step.media)
    example, words = _example(step, content) if content else (None, "")
    good = tuple(int(status) for status in operation["responses"] if status[0] == "2" and status != "206")
    return Request(
        step=step,
        name=f"{operation['summary']}: {step.title}" if step.title else words or operation["summary"],
        folder=step.folder or operation["tags"][0],
        method=method.upper(),
        path=_VARIABLE.sub(lambda found: step.path[found[1]], path),
        query=tuple(_queries(step, operation)),
        body="" if example is None or step.media == FORM else _text(step, example),
        form=tuple(_form(step, example)) if example is not None and step.media == FORM else (),
        is_guarded=bool(operation["security"]),
        expect=step.expect or good,
        words=operation["description"],
    )


def _example(step: Step, content: dict[str, Any]) -> tuple[Any, str]:
    """An example of the body, and what it is called where there are several."""
    if "examples" not in content:
        return content["example"], ""
    shown = content["examples"][step.example] if step.example else next(iter(content["examples"].values()))
    return shown["value"], shown["summary"]


def _queries(step: Step, operation: dict[str, Any]) -> Iterator[Query]:
    for told in operation.get("parameters", ()):
        if told["in"] == "query":
            name = told["name"]
            value = step.query.get(name, str(told["example"]))
            shown = value if name in step.query or not isinstance(told["example"], bool) else value.lower()
            yield Query(name, shown, name in step.query, told["description"])
    told = {each["name"] for each in operation.get("parameters", ())}
    yield from (Query(name, value, True, "") for name, value in step.query.items() if name not in told)  # noqa: FBT003  a field


def _text(step: Step, example: Any) -> str:  # noqa: ANN401  an example is any JSON
    """The body as it is sent, its dates counted from the day of the run."""
    if step.media != JSON:
        return _swapped(step, _dated(str(example)))
    body = deepcopy(example)
    for pointer, value in step.put.items():
        _put(body, pointer.strip("/").split("/"), value)
    return _swapped(step, _dated(json.dumps(body, ensure_ascii=False, indent=2)))


def _form(step: Step, example: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in example.items():
        yield name, _swapped(step, _dated(value))


def _swapped(step: Step, text: str) -> str:
    for old, new in step.swap.items():
        text = text.replace(old, new)
    return text


def _put(body: Any, pointer: list[str], value: Any) -> None:  # noqa: ANN401  any JSON
    """Set a member, and the objects on its way that are not there."""
    for part in pointer[:-1]:
        body = body[int(part)] if isinstance(body, list) else body.setdefault(part, {})
    body[pointer[-1]] = value


def _dated(text: str) -> str:
    return _DATE.sub(lambda found: f"{{{{{day_name((date(*map(int, found.groups())) - BORN).days)}}}}}", text)
