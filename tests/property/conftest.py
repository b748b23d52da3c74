"""Sales of every sort for property tests, in the public vocabulary: mostly sound, sometimes not."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

settings.register_profile(
    "house", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

Documents = st.SearchStrategy[dict[str, Any]]

PAID = ("10", "10", "10", "20", "30")
FREE = ("11", "15", "21", "31")
ISC = (
    {"tipSisIsc": "01", "porcentajeIsc": 10},
    {"tipSisIsc": "02", "isc": "2.35"},
    {"tipSisIsc": "03", "porcentajeIsc": "0.50", "mtoBaseIsc": "777.77"},
)


def _cents(least: int, most: int) -> st.SearchStrategy[str]:
    return st.integers(least, most).map(lambda n: f"{n // 100}.{n % 100:02}")


def _money() -> st.SearchStrategy[str]:
    """Unit amounts: everyday ones, odd ones with many decimals, very small and very large ones."""
    return st.one_of(
        _cents(10, 100_000),
        st.integers(10**9, 10**14).map(lambda n: f"{n // 10**10}.{n % 10**10:010}"),
        st.sampled_from(["0.01", "0.03", "8.47457627118644", "9999999.99"]),
    )


def _quantities() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.integers(1, 1000), st.sampled_from(["0.3333333333", "0.001", "1.5", "12.75", 99999, 20_000_000_000])
    )


@st.composite
def _lines(draw: st.DrawFn, affectations: tuple[str, ...], rate: str) -> dict[str, Any]:
    affectation = draw(st.sampled_from(affectations))
    line: dict[str, Any] = {"descripcion": "X", "cantidad": draw(_quantities()), "tipAfeIgv": affectation}
    if affectation < "20" and affectation != "17":
        line["porcentajeIgv"] = rate
    if affectation in FREE:
        return line | {"mtoValorGratuito": draw(_money())}
    line[draw(st.sampled_from(["mtoValorUnitario", "mtoPrecioUnitario"]))] = draw(_money())
    extras = draw(st.sets(st.sampled_from(["00", "01", "47", "48", "isc", "bags", "other"]), max_size=2))
    charges = {code: {"codTipo": code, "factor": draw(st.sampled_from(["0.05", "0.33333"]))} for code in extras}
    line["descuentos"] = [charge for code, charge in charges.items() if code in {"00", "01"}]
    line["cargos"] = [charge for code, charge in charges.items() if code in {"47", "48"}]
    if "isc" in extras and affectation in {"10", "20", "30"}:
        line |= draw(st.sampled_from(ISC))
    if "bags" in extras:
        line |= {"cantidad": draw(st.integers(1, 99)), "factorIcbper": "0.50"}
    if "other" in extras:
        line["porcentajeOth"] = "2.5"
    return line


def _global_charges() -> st.SearchStrategy[dict[str, Any]]:
    amount = st.sampled_from([{"factor": "0.10"}, {"monto": "3.33"}, {"factor": "0.00001"}, {"monto": "0.01"}])
    discounts = st.builds(lambda code, much: {"codTipo": code, **much}, st.sampled_from(["02", "03"]), amount)
    charges = st.builds(lambda code, much: {"codTipo": code, **much}, st.sampled_from(["45", "46", "49", "50"]), amount)
    return st.fixed_dictionaries(
        {"descuentos": st.lists(discounts, max_size=2), "cargos": st.lists(charges, max_size=1)}
    )


ADVANCES = (
    {"anticipos": [{"tipoDocRel": "02", "nroDocRel": "F001-9", "total": "11.80"}]},
    {"anticipos": [{"tipoDocRel": "02", "nroDocRel": f"F001-{n}", "total": "0.97"} for n in (7, 8)]},
)
MODIFIED = {"tipDocAfectado": "01", "numDocAfectado": "F001-1", "desMotivo": "POR ERROR"}
NOTES = (
    {"tipoDoc": "07", "serie": "FC01", "codMotivo": "01", **MODIFIED},
    {"tipoDoc": "08", "serie": "FD01", "codMotivo": "02", **MODIFIED},
)
DETRACCION = {"detraccion": {"codBienDetraccion": "037", "ctaBanco": "00-1"}}
MORE: dict[str, tuple[dict[str, Any], ...]] = {  # by sort of sale: what it may be beside a plain factura
    "domestic": (*ADVANCES, *NOTES, DETRACCION, {"perception": {"codReg": "51"}}),
    "rice": NOTES,
    "export": (),
}


@st.composite
def sale_documents(draw: st.DrawFn, most_lines: int = 60) -> dict[str, Any]:
    """A factura: domestic, of rice, or an export; with global discounts and rounding now and then."""
    sort = draw(st.sampled_from(["domestic", "domestic", "domestic", "rice", "export"]))
    affectations = {"domestic": PAID + FREE, "rice": ("17",), "export": ("40",)}[sort]
    rate = draw(st.sampled_from(["18", "18", "10.5"]))
    document: dict[str, Any] = {
        "tipoDoc": "01",
        "serie": "F001",
        "correlativo": draw(st.integers(1, 99_999_999)),
        "fechaEmision": "2026-11-22",
        "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA"},
        "details": draw(st.lists(_lines(affectations, rate), min_size=1, max_size=most_lines)),
        "redondeo": draw(st.sampled_from(["0", "0", "0.03", "-0.99"])),
    }
    if sort == "export":
        document |= {"tipoOperacion": "0200", "client": {"tipoDoc": "0", "numDoc": "US1", "rznSocial": "BUYER"}}
    document |= draw(_global_charges()) if draw(st.booleans()) else {}
    return document | draw(st.sampled_from([{}, {}, *MORE[sort]]))


@pytest.fixture(scope="session")
def documents() -> Documents:
    """Any sale, up to sixty lines."""
    return sale_documents()


@pytest.fixture(scope="session")
def short_documents() -> Documents:
    """Any sale, up to six lines."""
    return sale_documents(most_lines=6)
