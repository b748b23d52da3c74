"""Every code that SUNAT publishes is explained, in our words, and by the nearest source."""

import re

import pytest

from onapi.facts.codes import Outcome, return_code
from onapi.facts.remedies import published
from onapi.facts.table import read
from onapi.kinds import KINDS
from onapi.library.explain import explain, explained

PUBLISHED = 2148
WORDS_IN_A_SENTENCE = 25


def long_sentences(text: str) -> list[str]:
    """Those that nobody reads to the end."""
    return [part for part in re.split(r"(?<=[.:;])\s", text) if len(part.split()) > WORDS_IN_A_SENTENCE]


def test_every_code_is_explained_wholly() -> None:
    all_of_them = list(explained())
    assert len(all_of_them) == len(published()) == PUBLISHED
    for found in all_of_them:
        assert all((found.title, found.cause, found.remedy, found.number, found.does, found.source)), found.code
        assert found.cause.endswith("."), found.code
        assert found.remedy.endswith("."), found.code
        assert not long_sentences(found.remedy) + long_sentences(found.number) + long_sentences(found.does), found.code


def test_every_rule_of_ours_stands_on_its_page() -> None:
    for kind in KINDS.values():
        for rule in kind.rules:
            if return_code(rule.code).message:
                places = explain(rule.code).places
                assert any(kind.code in place.doctypes and place.sentence == rule.sentence for place in places), rule


@pytest.mark.parametrize(
    ("code", "cause", "remedy"),
    [
        ("0104", "contraseña", "Registre la contraseña"),
        ("1033", "ya tiene este número", "No genere otro"),
        ("3404", "Falta el motivo de traslado", "/envio/codTraslado"),
        ("2040", "catálogo 07", "Use 10 si la línea está gravada."),
        ("3184", "rechazó", "Corrija el dato que SUNAT nombra."),
        ("4411", "observación", "El comprobante vale"),
        ("0000", "aceptó", "guarde la constancia"),
    ],
)
def test_it_says_why_and_what_to_do(code: str, cause: str, remedy: str) -> None:
    found = explain(code)
    assert cause in found.cause
    assert remedy in found.remedy


def test_the_number_is_told_by_kind() -> None:
    assert explain("2800").number == "El número queda usado."  # of sales only
    assert "sigue libre" in explain("3404").number  # of guides only
    assert "en los demás tipos" in explain("2017").number
    assert "sigue libre" in explain("1001").number
    assert "reservado" in explain("1033").number
    assert "queda como estaba" in explain("0001").number


def test_no_code_that_may_be_registered_is_to_be_sent_again() -> None:
    for found in explained():
        if found.outcome in {Outcome.UNKNOWN, Outcome.OBSERVED, Outcome.ACCEPTED}:
            assert not re.search(r"número nuevo|con otro número$|[Ee]nvíelo otra vez con", found.remedy), found.code


def test_a_code_of_no_list_is_told_by_its_range() -> None:
    found = explain("3999")
    assert found.source == "Ninguna lista publicada"
    assert found.outcome is Outcome.REJECTED
    assert "rechazó" in found.cause
    with pytest.raises(KeyError):
        explain("12345")
    with pytest.raises(KeyError):
        explain("HTTP")


def test_hand_written_rows_are_short() -> None:
    rows = read("remedies.tsv").rows
    assert not [row for row in rows for text in row[2:] if long_sentences(text)]
    assert not [row for row in rows if not (row[2].endswith(".") and row[3].endswith("."))]
