"""What does not fit a shape is named; what came in a secret's place is never said back."""

from typing import Any, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field

from onapi.api.bodies import from_base64, shaped
from onapi.api.openapi.document import BODIES
from onapi.api.shapes.problem import Problem
from onapi.errors import InvalidDocument, Unreadable
from onapi.rules.rule import faults_of

CANARY = "CANARIO-7q2"
SECRET_WORDS = ("password", "secret", "certificate", "refresh", "logo")


def secrets() -> list[tuple[type[BaseModel], str]]:
    """Every field of a request's shape whose name says that it is a secret, or that is declared to be one."""
    return [
        (model, name)
        for model in BODIES
        for name, field in model.model_fields.items()
        if model is not Problem
        and (
            not field.repr
            or (any(word in name.lower() for word in SECRET_WORDS) and bool not in _kinds(field.annotation))
        )
    ]


def _kinds(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) or (annotation,)


def refused(model: type[BaseModel], value: dict[str, Any]) -> InvalidDocument:
    with pytest.raises(InvalidDocument) as caught:
        shaped(model, value)
    return caught.value


@pytest.mark.parametrize(("model", "name"), secrets(), ids=lambda value: getattr(value, "__name__", value))
def test_a_secret_is_never_said_back(model: type[BaseModel], name: str) -> None:
    for wrong in (CANARY * 200_000, 7_777_777, [CANARY], {"x": CANARY}):
        said = repr(faults_of(refused(model, {name: wrong})))
        assert f"/{name}" in said
        assert CANARY not in said
        assert "7777777" not in said


def test_every_secret_of_a_request_is_declared() -> None:
    found = {(model.__name__, name) for model, name in secrets()}
    assert {("Login", "password"), ("Refresh", "refreshToken"), ("SolUser", "password")} <= found
    assert {("ApiCredentials", "clientSecret"), ("CertificateFile", "password"), ("NewUser", "password")} <= found
    assert not [each for each in secrets() if each[0].model_fields[each[1]].repr]


class Inner(BaseModel):
    """One shape in another."""

    word: str = Field(max_length=3, repr=False)
    open: int = 0


class Outer(BaseModel):
    """A shape with one inside, and a secret that is an object."""

    model_config = ConfigDict(extra="forbid")

    inner: Inner | None = None
    told: Inner = Inner(word="x")
    plain: int = 0
    other: str = Field("", validation_alias="another", max_length=3, repr=False)


def test_a_secret_deep_inside_or_by_another_name_is_hidden_and_the_rest_is_told() -> None:
    found = refused(Outer, {"told": {"word": CANARY, "open": "x"}, "plain": "y", "another": CANARY, "pasword": CANARY})
    told = {fault.path: fault.received for fault in faults_of(found)}
    assert told == {"/told/word": None, "/told/open": "x", "/plain": "y", "/another": None, "/pasword": None}


def test_a_hundred_faults_are_enough() -> None:
    assert len(faults_of(refused(Outer, {f"x{n}": 1 for n in range(500)}))) == 100


@pytest.mark.parametrize("text", ["QUFB", "QU\nFB\r\n", "data:a/b;base64,QUFB", " Q U F B\t"])
def test_base64_as_people_write_it(text: str) -> None:
    assert from_base64(text, "x") == b"AAA"


@pytest.mark.parametrize("text", ["?", "QUF", "QÜFB", "QUFB-_", "\ud800"])
def test_base64_that_is_none(text: str) -> None:
    with pytest.raises(Unreadable):
        from_base64(text, "El XML")
