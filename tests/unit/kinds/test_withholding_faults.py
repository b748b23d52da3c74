"""Faults of a withholding stand where the caller wrote what they speak of, all at once, with what was expected."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest

from onapi.kinds.kind import TotalsMode

Judge = Callable[..., Any]
PAYMENT = {"importe": 100, "fecha": "2026-11-20"}
LINE = {
    "tipoDoc": "01",
    "numDoc": "F001-100",
    "fechaEmision": "2026-11-10",
    "moneda": "PEN",
    "impTotal": 1180,
    "pagos": [{"importe": 1180, "fecha": "2026-11-20"}],
    "fechaRetencion": "2026-11-22",
}
DOCUMENT = {
    "tipoDoc": "20",
    "serie": "R001",
    "correlativo": 1,
    "fechaEmision": "2026-11-22",
    "regimen": "01",
    "proveedor": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "PROVEEDOR S.A.C."},
    "details": [LINE],
}


def _told(judged: Any) -> list[tuple[str, str, str | None, str | None]]:
    pairs = zip(judged.faults, judged.pointers, strict=True)
    return [(fault.code, pointer, fault.expected, fault.received) for fault, pointer in pairs]


@pytest.mark.parametrize(
    ("name", "wrong", "expected"), [("impRetenido", "36.41", "35.40"), ("impPagado", "1180", "1144.60")]
)
def test_a_wrong_total_is_told_with_the_right_one(name: str, wrong: str, expected: str, judge: Judge) -> None:
    told = _told(judge(DOCUMENT | {name: wrong}))
    assert told == [("totals_mismatch", f"/document/{name}", expected, f"{float(wrong):.2f}")]


@pytest.mark.parametrize(
    ("name", "wrong", "expected"), [("impRetenido", "36.41", "35.40"), ("impPagar", "1143.59", "1144.60")]
)
def test_a_wrong_amount_of_a_line(name: str, wrong: str, expected: str, judge: Judge) -> None:
    told = _told(judge(DOCUMENT | {"details": [LINE | {name: wrong}]}))
    assert ("totals_mismatch", f"/document/details/0/{name}", expected, wrong) in told
    assert {code for code, pointer, *_ in told if pointer.endswith(name)} == {"totals_mismatch"}


def test_what_no_payment_backs_is_refused(judge: Judge) -> None:
    note = LINE | {"tipoDoc": "07", "numDoc": "FC01-1", "pagos": [], "impRetenido": "3.54"}
    told = _told(judge(DOCUMENT | {"details": [LINE, note]}))
    assert told == [("totals_mismatch", "/document/details/1/impRetenido", "0.00", "3.54")]


@pytest.mark.parametrize(
    ("given", "code"), [({"impRetenido": 99}, "2628"), ({"impPagado": 99}, "2629"), ({"redondeo": 5}, "3303")]
)
def test_trusted_totals_must_still_be_what_sunat_takes(given: dict[str, Any], code: str, judge: Judge) -> None:
    assert [fault.code for fault in judge(DOCUMENT | given, mode=TotalsMode.TRUST).faults] == [code]


def test_trusted_amounts_of_a_line_too(judge: Judge) -> None:
    judged = judge(DOCUMENT | {"details": [LINE | {"impRetenido": 99}]}, mode=TotalsMode.TRUST)
    assert [(code, pointer) for code, pointer, *_ in _told(judged)] == [("2623", "/document/details/0/impRetenido")]


def test_a_fault_stands_at_the_payment_that_was_written(judge: Judge) -> None:
    lines = [
        LINE | {"pagos": [PAYMENT, PAYMENT]},
        LINE | {"pagos": [PAYMENT, PAYMENT | {"importe": 0}, PAYMENT | {"fecha": "2026-11-23"}]},
    ]
    told = [(code, pointer) for code, pointer, *_ in _told(judge(DOCUMENT | {"details": lines}))]
    assert told == [("2736", "/document/details/1/pagos/1/importe"), ("2625", "/document/details/1/pagos/2/fecha")]


def test_a_fault_of_a_line_is_told_once_whatever_its_payments(judge: Judge) -> None:
    lines = [LINE | {"impTotal": 0, "pagos": [PAYMENT] * 4}]
    told = [(code, pointer) for code, pointer, *_ in _told(judge(DOCUMENT | {"details": lines}))]
    assert told == [("2696", "/document/details/0/impTotal")]


def test_every_fault_is_told_at_once(judge: Judge) -> None:
    broken = {"tipoDoc": "09", "moneda": "USD", "pagos": [{}], "tipoCambio": {}}
    judged = judge({"tipoDoc": "20", "serie": "F001", "correlativo": 1, "proveedor": {}, "details": [broken]})
    assert {fault.code for fault in judged.faults} >= {
        *("1001", "2618", "2723", "2516", "2134", "2692", "2693", "2696"),
        *("2735", "2737", "2721", "2722"),
    }
    assert {fault.code for fault in judged.taken.faults} == {"required"}


def test_a_wrong_rate_spoils_no_amount(judge: Judge) -> None:
    given = {"regimen": "09", "impRetenido": "35.40", "details": [LINE | {"impRetenido": "35.40"}]}
    assert [fault.code for fault in judge(DOCUMENT | given).faults] == ["2618"]


def test_a_thousand_payments_are_judged_in_no_time(judge: Judge) -> None:
    lines = [LINE | {"numDoc": f"F001-{n}", "pagos": [PAYMENT]} for n in range(1, 1000)]
    start = perf_counter()
    assert not judge(DOCUMENT | {"details": lines}).faults
    assert perf_counter() - start < 5  # seconds, on a busy machine
