"""One request of the walk, and what is taken from its answer for those that follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """What is sent of an operation; what is left out here is as the document shows it."""

    operation: str
    title: str = ""  # beside the operation's summary, where it comes more than once
    folder: str = ""  # where it stands, if not in its tag's
    media: str = "application/json"
    example: str = ""  # name of the example of its body; the first where it names none
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    put: Mapping[str, Any] = field(default_factory=dict)  # members of the body, by JSON pointer
    swap: Mapping[str, str] = field(default_factory=dict)  # texts of the body
    keep: Mapping[str, str] = field(
        default_factory=dict
    )  # variable: where it is in the answer, as `items[0].id`; `url/`: its last part
    says: Mapping[str, str] = field(default_factory=dict)  # what the answer has to say, as {"status": "ACCEPTED"}
    expect: tuple[int, ...] = ()  # statuses; every good one of the document where it says none
    caller: str = "token"  # the variable that holds the caller's
    is_guard: bool = False  # the run stops here outside of the sandbox


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter of the query; one that is not sent is shown to be switched on."""

    name: str
    value: str
    is_sent: bool
    words: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is written in a collection; `{{name}}` stands for a variable."""

    step: Step
    name: str
    folder: str
    method: str
    path: str  # under {{base_url}}
    query: tuple[Query, ...]
    body: str  # "" without one, or with a form
    form: tuple[tuple[str, str], ...]
    is_guarded: bool  # sends the token
    expect: tuple[int, ...]
    words: str  # Markdown


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole collection."""

    title: str
    words: str
    folders: tuple[tuple[str, str], ...]  # in the order of the run, with their words
    requests: tuple[Request, ...]
    days: tuple[int, ...]  # dates that bodies need, counted from today
    place: Mapping[str, str]  # variables of the environment
