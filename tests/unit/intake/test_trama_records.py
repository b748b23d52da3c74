"""The table of the trama: what was published stays in its place, and every field of every vocabulary has one."""

from collections.abc import Iterator

import pytest

from onapi.intake.trama.layout import Layout, Shape
from onapi.intake.trama.records import (
    AT_DAY,
    AT_DOCTYPE,
    AT_EXTERNAL_ID,
    AT_HOUR,
    AT_VERSION,
    KINDS,
    LAYOUTS,
    layouts_of,
)
from onapi.intake.vocabularies import VOCABULARIES
from onapi.values.number import DOCTYPES

USELESS = {"ublVersion", "version"}  # taken in JSON, and of no account there
# As published: fields may only be appended.
PUBLISHED = {
    "OP 01": "@version tipoDoc company/ruc serie correlativo fechaEmision @hour tipoMoneda tipoOperacion fecVencimiento"
    " compra @external",
    "EM 01": "razonSocial nombreComercial address/ubigeo address/direccion address/codLocal email telephone",
    "CL 01": "tipoDoc numDoc rznSocial address/direccion address/ubigeo address/codigoPais email telephone",
    "CL 09": "tipoDoc numDoc rznSocial address/direccion address/ubigeo address/codigoPais email telephone",
    "IT 01": "# codProducto descripcion unidad cantidad mtoValorUnitario mtoPrecioUnitario tipAfeIgv porcentajeIgv"
    " descuento tipSisIsc porcentajeIsc factorIcbper codProdSunat codProdGS1",
    "IT 09": "# codigo descripcion unidad cantidad - - - - - - - - codProdSunat codProdGS1",
    "IA 01": "# code name value fecInicio fecFin duracion",
    "DC 01": "* codTipo factor monto montoBase",
    "AN 01": "tipoDocRel nroDocRel total",
    "DT 01": "codBienDetraccion percent monto ctaBanco codMedioPago",
    "PE 01": "codReg porcentaje mtoBase mto mtoTotal",
    "FP 01": "tipo monto",
    "CU 01": "# monto fechaPago",
    "RF 01": "* tipoDoc nroDoc",
    "RF 09": "* tipo nro emisor tipoDesc",
    "NT 07": "codMotivo desMotivo tipDocAfectado numDocAfectado",
    "LE 01": "code value",
    "OB 01": "observacion",
    "TT 01": "mtoOperGravadas mtoOperExoneradas mtoOperInafectas mtoOperExportacion mtoOperGratuitas mtoIGV mtoISC"
    " icbper mtoOtrosTributos sumOtrosCargos sumOtrosDescuentos totalAnticipos redondeo mtoImpVenta",
    "EN 09": "codTraslado desTraslado modTraslado fecTraslado pesoTotal undPesoTotal numBultos indicadores contenedores"
    " puerto/codigo puerto/nombre aeropuerto/codigo aeropuerto/nombre",
    "PP 09": "ubigeo direccion codLocal ruc",
    "PL 31": "ubigeo direccion codLocal ruc",
    "TR 09": "tipoDoc numDoc rznSocial nroMtc",
    "VH 09": "* placa nroCirculacion codEmisor nroAutorizacion",
    "CH 09": "tipo tipoDoc nroDoc nombres apellidos licencia",
    "TE 31": "* tipoDoc numDoc rznSocial",
    "RG 20": "regimen tasa impRetenido impPagado",
    "RG 40": "regimen tasa impPercibido impCobrado",
    "RD 20": "# tipoDoc numDoc fechaEmision moneda impTotal fechaRetencion impRetenido impPagar",
    "RD 40": "# tipoDoc numDoc fechaEmision moneda impTotal fechaPercepcion impPercibido impCobrar",
    "RP 20": "# fecha importe moneda",
    "TC 20": "# monedaRef monedaObj factor fecha",
    "RS RC": "fecGeneracion moneda",
    "RL RC": "# tipoDoc serieNro estado clienteTipo clienteNro total mtoOperGravadas mtoOperExoneradas mtoOperInafectas"
    " mtoOperExportacion mtoOperGratuitas mtoOtrosCargos mtoIGV mtoISC mtoIcbper mtoOtrosTributos docReferencia/tipoDoc"
    " docReferencia/nroDoc porcentajeIgv",
    "BL RA": "# tipoDoc serie correlativo desMotivoBaja",
}
_MARKS = {Shape.NUMBER: "#", Shape.LETTER: "*", Shape.NOTHING: "-"}


def names(laid: Layout) -> str:
    """The fields of a layout, without their shapes."""
    return " ".join(_MARKS.get(slot.shape, slot.name) for slot in laid.slots)


def said_in(kind: str) -> Iterator[str]:
    """Every field of JSON that the records of a kind can say."""
    for laid in LAYOUTS:
        if kind in laid.kinds:
            place = laid.place.replace("#", "")
            yield from (f"{place}/{x.name}".lstrip("/") for x in laid.slots if x.name and x.shape is not Shape.HEADER)


@pytest.mark.parametrize(("record", "published"), PUBLISHED.items(), ids=PUBLISHED)
def test_what_was_published_stays_in_its_place(record: str, published: str) -> None:
    code, kind = record.split()
    for laid in layouts_of(code, kind):
        if laid.letters not in {("P",), ("A",), ("B",)} or code == "VH":
            assert f"{names(laid)} ".startswith(f"{published} ")


@pytest.mark.parametrize("kind", VOCABULARIES)
def test_every_field_of_a_vocabulary_has_a_place(kind: str) -> None:
    fields = {field.name for field in VOCABULARIES[kind].fields}
    values = {name for name in fields if not any(other.startswith((f"{name}/", f"{name}[]")) for other in fields)}
    notes = {"codMotivo", "desMotivo", "tipDocAfectado", "numDocAfectado"} if kind in {"01", "03"} else set()
    assert not values - set(said_in(kind)) - USELESS - notes


@pytest.mark.parametrize("kind", sorted(set(VOCABULARIES) - {"04"}))
def test_every_place_is_a_field_of_the_vocabulary(kind: str) -> None:
    """A purchase shares the records of a sale, and refuses what is none of its own."""
    fields = {field.name for field in VOCABULARIES[kind].fields}
    assert set(said_in(kind)) - fields <= {"mtoDescuentos"}


def test_every_kind_has_records() -> None:
    assert set(KINDS) == set(DOCTYPES)


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_has_two_places(kind: str) -> None:
    listed = list(said_in(kind))
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("kind", KINDS)
def test_the_header_is_the_same_in_every_kind(kind: str) -> None:
    (header,) = layouts_of("OP", kind)
    at = {slot.name: n for n, slot in enumerate(header.slots)}
    assert (at["@version"], at["tipoDoc"], at["@hour"], at["@external"]) == (
        AT_VERSION,
        AT_DOCTYPE,
        AT_HOUR,
        AT_EXTERNAL_ID,
    )
    assert header.slots[AT_DAY].name.startswith("fec")


@pytest.mark.parametrize("kind", KINDS)
def test_layouts_of_one_type_are_told_apart_by_one_letter(kind: str) -> None:
    for code in {laid.code for laid in LAYOUTS}:
        fitting = layouts_of(code, kind)
        letters = [letter for laid in fitting for letter in laid.letters]
        assert len(letters) == len(set(letters))
        assert len({laid.letter_at for laid in fitting}) <= 1
        assert all((laid.letter_at is None) == (laid.letters == ("",)) for laid in fitting)


@pytest.mark.parametrize("laid", LAYOUTS, ids=lambda laid: f"{laid.code}-{min(laid.kinds)}-{laid.letters[0]}")
def test_a_part_of_a_line_begins_with_its_number(laid: Layout) -> None:
    assert laid.number_at in {None, 0}
    assert ("[#]" in laid.place) <= (laid.number_at == 0)
    assert len(laid.code) == 2
    assert laid.text
