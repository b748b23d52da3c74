"""What holds for any sale: its lines in any order, written and read back, however its numbers are spelt."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from onapi.errors import OnapiError
from onapi.kinds.sale.model import Sale

Judge = Callable[..., Any]
Documents = st.SearchStrategy[dict[str, Any]]

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)


def _sums(sale: Sale) -> Any:
    return sale.totals, sorted(line.amounts.net for line in sale.lines)


@settings(max_examples=60)
@given(data=st.data())
def test_totals_are_the_same_in_any_order_of_lines(data: Any, documents: Documents, judge: Judge) -> None:
    document = data.draw(documents)
    sale = judge(document)
    assume(not sale.errors)
    shuffled = judge(document | {"details": data.draw(st.permutations(document["details"]))})
    assert not shuffled.errors
    assert _sums(shuffled.sale) == _sums(sale.sale)


@settings(max_examples=80)
@given(data=st.data(), texts=st.tuples(TEXT, TEXT, TEXT))
def test_what_is_written_is_what_is_read(
    data: Any, texts: tuple[str, str, str], short_documents: Documents, judge: Judge
) -> None:
    document = data.draw(short_documents)
    document["details"][0]["descripcion"] = f"A{texts[0]}"
    document |= {"observacion": texts[1], "compra": texts[2]}
    judged = judge(document)
    assume(not judged.errors)
    kind, sale = judged.taken.kind, judged.sale
    assert kind.read(etree.fromstring(kind.build(sale))) == replace(sale, given={})


def _respelt(value: Any, draw: Callable[[Any], Any]) -> Any:
    """The same content with every number written in another way and every object in another order."""
    if isinstance(value, dict):
        names = draw(st.permutations(list(value)))
        return {name: _respelt(value[name], draw) for name in names}
    if isinstance(value, list):
        return [_respelt(item, draw) for item in value]
    if isinstance(value, int):
        return draw(st.sampled_from([value, str(value), Decimal(value)]))
    return value


@settings(max_examples=40)
@given(data=st.data())
def test_the_fingerprint_is_of_content_not_of_spelling(data: Any, short_documents: Documents, judge: Judge) -> None:
    document = data.draw(short_documents)
    document |= {"company": {"telephone": 54123456, "address": {"ubigeo": "040101", "direccion": "CALLE 1"}}}
    fingerprint = judge(document).taken.fingerprint
    again = judge(_respelt(document, data.draw))
    assert again.taken.fingerprint == fingerprint
    other = document["details"][0] | {"cantidad": document["details"][0]["cantidad"], "descripcion": "Y"}
    assert judge(document | {"details": [other, *document["details"][1:]]}).taken.fingerprint != fingerprint


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**39), 10**39)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.sampled_from([Decimal("1E+39"), Decimal("1E-39"), "1E400", "-5", "0", "99999999999999999999", "2026-02-30"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["monto", "codTipo", "x"]), inner),
    max_leaves=5,
)
NAMES = [
    "serie",
    "correlativo",
    "fechaEmision",
    "fecVencimiento",
    "tipoOperacion",
    "tipoMoneda",
    "client",
    "company",
    "formaPago",
    "cuotas",
    "details",
    "descuentos",
    "cargos",
    "guias",
    "relDocs",
    "compra",
    "observacion",
    "legends",
    "redondeo",
    "mtoIGV",
    "mtoImpVenta",
    "anticipos",
]
LINE_NAMES = [
    "cantidad",
    "unidad",
    "descripcion",
    "mtoValorUnitario",
    "mtoPrecioUnitario",
    "mtoValorGratuito",
    "tipAfeIgv",
    "porcentajeIgv",
    "descuento",
    "descuentos",
    "cargos",
    "tipSisIsc",
    "porcentajeIsc",
    "mtoBaseIsc",
    "isc",
    "factorIcbper",
    "icbper",
    "porcentajeOth",
    "otroTributo",
    "igv",
]


@settings(max_examples=300)
@given(
    document=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6),
    line=st.dictionaries(st.sampled_from(LINE_NAMES), JSON, max_size=8),
)
def test_no_json_brings_the_house_down(document: dict[str, Any], line: dict[str, Any], judge: Judge) -> None:
    """Whatever comes in: it is judged, with faults that stand somewhere, or refused by name."""
    sound = {"descripcion": "X", "cantidad": 1, "mtoValorUnitario": 1}
    client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE"}
    base = {"tipoDoc": "01", "serie": "F001", "correlativo": 1, "client": client, "details": [sound | line, sound]}
    try:
        judged = judge(base | document)
    except OnapiError as error:
        assert str(error)  # noqa: PT017 - either way is right; a sentence is due
    else:
        assert all(pointer.startswith("/document/") for pointer in judged.pointers)
        if not judged.errors:
            etree.fromstring(judged.taken.kind.build(judged.sale))
