"""The vocabulary of retenciones and percepciones: aliases, defaults, what is asked for, and what is written back."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from onapi.kinds.withholding.model import Exchange

Judge = Callable[..., Any]
PARTY = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."}
LINE = {
    "tipoDoc": "01",
    "numDoc": "F001-1",
    "fechaEmision": "2026-11-10",
    "moneda": "PEN",
    "impTotal": "1180",
    "cobros": [{"importe": "1180.00", "fecha": "2026-11-21T03:00:00Z"}],
    "fechaPercepcion": "2026-11-22",
}
DOCUMENT = {"tipoDoc": "40", "serie": "p001", "number": "7", "regimen": "01", "client": PARTY, "details": [LINE]}


def test_aliases_strings_and_instants(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"fechaEmision": "2026-11-23T02:00:00Z", "ublVersion": "2.0"})
    assert not judged.errors
    assert not judged.taken.unknown
    document = judged.sale
    assert (document.id.label, document.issue_date, document.issue_time) == ("P001-7", date(2026, 11, 22), time(21))
    assert document.lines[0].payments[0].day == date(2026, 11, 20)
    assert document.receiver.name == "CLIENTE S.A.C."


def test_the_day_is_today_and_the_hour_now_when_none_is_said(judge: Judge) -> None:
    document = judge(DOCUMENT).sale
    assert (document.issue_date, document.issue_time) == (date(2026, 11, 22), time(10))


def test_an_exchange_rate_is_of_the_document_s_currency_into_soles(judge: Judge) -> None:
    line = LINE | {"moneda": "usd", "tipoCambio": {"factor": "3.75", "fecha": "2026-11-20"}}
    judged = judge(DOCUMENT | {"details": [line]})
    assert not judged.errors
    assert judged.sale.lines[0].exchange == Exchange("USD", "PEN", Decimal("3.75"), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"fechaEmision": None}, "/document/details/0/fechaEmision"),
        ({"moneda": ""}, "/document/details/0/moneda"),
        ({"fechaPercepcion": None}, "/document/details/0/fechaPercepcion"),
    ],
)
def test_what_has_no_code_of_sunat_is_asked_for(change: dict[str, Any], pointer: str, judge: Judge) -> None:
    faults = judge(DOCUMENT | {"details": [LINE | change]}).taken.faults
    assert [(fault.code, fault.path) for fault in faults] == [("required", pointer)]


def test_no_lines(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"details": []})
    assert [(fault.code, fault.path) for fault in judged.taken.faults] == [("required", "/document/details")]
    assert not judged.faults


def test_a_wrong_digit_of_a_ruc(judge: Judge) -> None:
    (fault,) = judge(DOCUMENT | {"client": PARTY | {"numDoc": "20000000011"}}).taken.faults
    assert (fault.code, fault.path, fault.expected) == ("ruc_check_digit", "/document/client/numDoc", "0")


def test_a_retention_knows_no_exceptional_mark(judge: Judge) -> None:
    line = {name: value for name, value in LINE.items() if name not in {"cobros", "fechaPercepcion"}}
    line |= {"pagos": LINE["cobros"], "fechaRetencion": "2026-11-22"}
    retention = DOCUMENT | {"tipoDoc": "20", "serie": "R001", "indExcepcional": "01", "details": [line]}
    judged = judge(retention)
    assert judged.taken.unknown == ("/document/indExcepcional",)
    assert not judged.faults


def test_it_is_written_back_as_it_would_have_been_said(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"fechaEmision": "2026-11-22"})
    assert judged.taken.vocabulary.write(judged.sale) == {
        "tipoDoc": "40",
        "serie": "P001",
        "correlativo": "7",
        "fechaEmision": "2026-11-22",
        "company": judged.taken.vocabulary.write(judged.sale)["company"],
        "proveedor": PARTY,
        "regimen": "01",
        "tasa": Decimal("2.00"),
        "impPercibido": Decimal("23.60"),
        "impCobrado": Decimal("1203.60"),
        "details": [
            {
                "tipoDoc": "01",
                "numDoc": "F001-1",
                "fechaEmision": "2026-11-10",
                "moneda": "PEN",
                "impTotal": Decimal(1180),
                "cobros": [{"moneda": "PEN", "importe": Decimal("1180.00"), "fecha": "2026-11-20"}],
                "fechaPercepcion": "2026-11-22",
                "impPercibido": Decimal("23.60"),
                "impCobrar": Decimal("1203.60"),
            }
        ],
    }


def test_payment_numbers_are_written_only_where_they_say_something(judge: Judge) -> None:
    two = [LINE["cobros"][0] | {"importe": 1, "numero": number} for number in ("5", "")]
    for payments, said in ((two, ["5", "1"]), ([x | {"numero": ""} for x in two], [None, None])):
        judged = judge(DOCUMENT | {"details": [LINE | {"cobros": payments}]})
        written = judged.taken.vocabulary.write(judged.sale)
        assert [line["cobros"][0].get("numero") for line in written["details"]] == said
        assert judge(written).sale.lines == judged.sale.lines


def test_every_rule_stands_at_a_field(judge: Judge) -> None:
    """A fault's pointer is a field of the vocabulary, never just the document."""
    vocabulary = judge(DOCUMENT).taken.vocabulary
    for rule in judge(DOCUMENT).taken.kind.rules:
        path = f"lines[0].{rule.path}" if rule.over else rule.path
        assert vocabulary.pointer(path, "").removeprefix("/").replace("/0", "[]") in {x.name for x in vocabulary.fields}
