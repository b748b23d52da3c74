"""Every document kind as trama: what its records say in JSON, and the JSON said as records again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from onapi.errors import InvalidDocument
from onapi.intake.trama import read_trama, write_trama
from onapi.kinds import KINDS

Judge = Callable[..., Any]

FACTURA = """OP|1|01|20000000001|F001|123|2026-11-20|10:15:00|PEN|0101|||PED-778
CL|6|20000000010|CLIENTE DE PRUEBA S.A.C.|AV. AREQUIPA 1234|150101|PE|compras@cliente.example
IT|1|TEC-01|Teclado mecánico|NIU|2|100.00||10|18
FP|Contado
"""
GUIDE = """OP|1|09|20000000001|T001|45|2026-11-20|08:00:00
CL|6|20000000010|CLIENTE DE PRUEBA S.A.C.
EN|01|VENTA|02|2026-11-20|12.500|KGM|2
PP|150101|JR. CUSCO 100, LIMA|0000|20000000001
PL|150122|AV. LARCO 500, MIRAFLORES
VH|P|ABC123
CH|P|1|45678912|JUAN|PEREZ ROJAS|Q45678912
IT|1|TEC-01|Teclado mecánico|NIU|2
"""
SUMMARY = """OP|1|RC|20000000001|20261121|1|2026-11-21
RS|2026-11-20|PEN
RL|1|03|B001-10|1|1|45678912|118.00|100.00||||||18.00
RL|2|03|B001-9|3|1|45678912|59.00|50.00||||||9.00
"""
COMPANY = {"ruc": "20000000001"}
CLIENT = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
PUBLISHED: dict[str, tuple[str, dict[str, Any]]] = {
    "01": (
        FACTURA,
        {
            "tipoDoc": "01",
            "company": COMPANY,
            "serie": "F001",
            "correlativo": "123",
            "fechaEmision": "2026-11-20T10:15:00",
            "tipoMoneda": "PEN",
            "tipoOperacion": "0101",
            "client": {
                **CLIENT,
                "address": {"direccion": "AV. AREQUIPA 1234", "ubigeo": "150101", "codigoPais": "PE"},
                "email": "compras@cliente.example",
            },
            "details": [
                {
                    "codProducto": "TEC-01",
                    "descripcion": "Teclado mecánico",
                    "unidad": "NIU",
                    "cantidad": "2",
                    "mtoValorUnitario": "100.00",
                    "tipAfeIgv": "10",
                    "porcentajeIgv": "18",
                }
            ],
            "formaPago": {"tipo": "Contado"},
        },
    ),
    "09": (
        GUIDE,
        {
            "tipoDoc": "09",
            "company": COMPANY,
            "serie": "T001",
            "correlativo": "45",
            "fechaEmision": "2026-11-20T08:00:00",
            "destinatario": CLIENT,
            "envio": {
                "codTraslado": "01",
                "desTraslado": "VENTA",
                "modTraslado": "02",
                "fecTraslado": "2026-11-20",
                "pesoTotal": "12.500",
                "undPesoTotal": "KGM",
                "numBultos": "2",
                "partida": {
                    "ubigeo": "150101",
                    "direccion": "JR. CUSCO 100, LIMA",
                    "codLocal": "0000",
                    "ruc": "20000000001",
                },
                "llegada": {"ubigeo": "150122", "direccion": "AV. LARCO 500, MIRAFLORES"},
                "vehiculo": {"placa": "ABC123"},
                "choferes": [
                    {
                        "tipo": "Principal",
                        "tipoDoc": "1",
                        "nroDoc": "45678912",
                        "nombres": "JUAN",
                        "apellidos": "PEREZ ROJAS",
                        "licencia": "Q45678912",
                    }
                ],
            },
            "details": [{"codigo": "TEC-01", "descripcion": "Teclado mecánico", "unidad": "NIU", "cantidad": "2"}],
        },
    ),
    "RC": (
        SUMMARY,
        {
            "tipoDoc": "RC",
            "company": COMPANY,
            "serie": "20261121",
            "correlativo": "1",
            "fecResumen": "2026-11-21",
            "fecGeneracion": "2026-11-20",
            "moneda": "PEN",
            "details": [
                {
                    "tipoDoc": "03",
                    "serieNro": number,
                    "estado": status,
                    "clienteTipo": "1",
                    "clienteNro": "45678912",
                    "total": total,
                    "mtoOperGravadas": taxed,
                    "mtoIGV": igv,
                }
                for number, status, total, taxed, igv in (
                    ("B001-10", "1", "118.00", "100.00", "18.00"),
                    ("B001-9", "3", "59.00", "50.00", "9.00"),
                )
            ],
        },
    ),
}


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_published_example_says_this(kind: str) -> None:
    text, document = PUBLISHED[kind]
    read = read_trama(text)
    assert read.document == document
    assert not read.warnings
    assert read.external_id == ("PED-778" if kind == "01" else None)


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_published_example_is_sound(kind: str, judge: Judge) -> None:
    assert kind in KINDS
    judged = judge(read_trama(PUBLISHED[kind][0]).document)
    assert not judged.errors
    assert not judged.taken.unknown


@pytest.mark.parametrize("kind", PUBLISHED)
def test_a_published_example_is_written_as_it_stands(kind: str) -> None:
    text, document = PUBLISHED[kind]
    external_id = "PED-778" if kind == "01" else ""
    assert sorted(write_trama(document, external_id=external_id).splitlines()) == sorted(text.splitlines())


def flat(value: Any, place: str = "") -> Iterator[str]:
    """Each value of a document behind its place."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inside in pairs:
        yield from flat(inside, f"{place}/{name}" if place else str(name))
    if not isinstance(value, (dict, list)):
        yield f"{place}={value}"


RECORDS = [  # kind, records, and each value that they say with its place
    (
        "07",
        "NT|01|ANULACION|01|F001-1",
        "codMotivo=01 desMotivo=ANULACION tipDocAfectado=01 numDocAfectado=F001-1",
    ),
    (
        "04",
        "CL|1|45678912|ANA",
        "client/tipoDoc=1 client/numDoc=45678912 client/rznSocial=ANA",
    ),
    (
        "04",
        "DE|150101|MERCADO|||||||03\nRT|1.5",
        (
            "direccionEntrega/ubigeo=150101 direccionEntrega/direccion=MERCADO "
            "direccionEntrega/tipoDireccion=03 porcentajeRenta=1.5"
        ),
    ),
    (
        "31",
        "CL|6|20000000010|ANA",
        "destinatario/tipoDoc=6 destinatario/numDoc=20000000010 destinatario/rznSocial=ANA",
    ),
    (
        "31",
        "TE|R|6|20000000010|A\nTE|S|6|20000000011|B",
        (
            "remitente/tipoDoc=6 remitente/numDoc=20000000010 remitente/rznSocial=A subcontratador/tipoDoc=6 "
            "subcontratador/numDoc=20000000011 subcontratador/rznSocial=B"
        ),
    ),
    (
        "09",
        "TE|T|6|20000000010|A\nTE|C|6|20000000011|B",
        (
            "tercero/tipoDoc=6 tercero/numDoc=20000000010 tercero/rznSocial=A comprador/tipoDoc=6 "
            "comprador/numDoc=20000000011 comprador/rznSocial=B"
        ),
    ),
    (
        "31",
        "TE|P|6|20000000010|A",
        "pagadorFlete/client/tipoDoc=6 pagadorFlete/client/numDoc=20000000010 pagadorFlete/client/rznSocial=A",
    ),
    (
        "09",
        "EN||||||||A;B|C;D|CLL|CALLAO|LIM|LIMA",
        (
            "envio/indicadores/0=A envio/indicadores/1=B envio/contenedores/0=C envio/contenedores/1=D "
            "envio/puerto/codigo=CLL envio/puerto/nombre=CALLAO envio/aeropuerto/codigo=LIM "
            "envio/aeropuerto/nombre=LIMA"
        ),
    ),
    (
        "09",
        "CO|CSQU3054383|P1,P2\nCO|X1",
        "envio/contenedores/0/numero=CSQU3054383 envio/contenedores/0/precinto=P1,P2 envio/contenedores/1/numero=X1",
    ),
    (
        "09",
        "EN|||||||||||||||||||S",
        "envio/indTransbordo=True",
    ),
    (
        "09",
        "EN|||||||||||||||||||N",
        "envio/indTransbordo=False",
    ),
    (
        "09",
        "TR|6|20000000010|A|M1",
        (
            "envio/transportista/tipoDoc=6 envio/transportista/numDoc=20000000010 "
            "envio/transportista/rznSocial=A envio/transportista/nroMtc=M1"
        ),
    ),
    (
        "09",
        "VH|P|ABC123|T1|06|N1\nVH|S|DEF456\nVH|S|GHI789",
        (
            "envio/vehiculo/placa=ABC123 envio/vehiculo/nroCirculacion=T1 envio/vehiculo/codEmisor=06 "
            "envio/vehiculo/nroAutorizacion=N1 envio/vehiculo/secundarios/0/placa=DEF456 "
            "envio/vehiculo/secundarios/1/placa=GHI789"
        ),
    ),
    (
        "09",
        "CH|P|1|1\nCH|S|1|2\nCH|Otro",
        (
            "envio/choferes/0/tipo=Principal envio/choferes/0/tipoDoc=1 envio/choferes/0/nroDoc=1 "
            "envio/choferes/1/tipo=Secundario envio/choferes/1/tipoDoc=1 envio/choferes/1/nroDoc=2 "
            "envio/choferes/2/tipo=Otro"
        ),
    ),
    (
        "31",
        "RF|R|09|T001-1|20000000010|GUIA\nRF|R|01|F001-1",
        (
            "addDocs/0/tipo=09 addDocs/0/nro=T001-1 addDocs/0/emisor=20000000010 addDocs/0/tipoDesc=GUIA "
            "addDocs/1/tipo=01 addDocs/1/nro=F001-1"
        ),
    ),
    (
        "09",
        "OB|uno|dos",
        "observacion=uno anotacionBienes=dos",
    ),
    (
        "20",
        "RG|01|3|30.00|970.00",
        "regimen=01 tasa=3 impRetenido=30.00 impPagado=970.00",
    ),
    (
        "40",
        "RG|01|2|20.00|1020.00||01",
        "regimen=01 tasa=2 impPercibido=20.00 impCobrado=1020.00 indExcepcional=01",
    ),
    (
        "20",
        "RD|1|01|F1-1|2026-11-01|USD|10|2026-11-18|1|9\nRP|1|2026-11-18|4|USD\nRP|1|2026-11-19|6\nTC|1|USD|PEN|3.75|2026-11-18",
        (
            "details/0/tipoDoc=01 details/0/numDoc=F1-1 details/0/fechaEmision=2026-11-01 "
            "details/0/moneda=USD details/0/impTotal=10 details/0/fechaRetencion=2026-11-18 "
            "details/0/impRetenido=1 details/0/impPagar=9 details/0/pagos/0/fecha=2026-11-18 "
            "details/0/pagos/0/importe=4 details/0/pagos/0/moneda=USD details/0/pagos/1/fecha=2026-11-19 "
            "details/0/pagos/1/importe=6 details/0/tipoCambio/monedaRef=USD "
            "details/0/tipoCambio/monedaObj=PEN details/0/tipoCambio/factor=3.75 "
            "details/0/tipoCambio/fecha=2026-11-18"
        ),
    ),
    (
        "40",
        "RD|1|01|F1-1|2026-11-01|PEN|10|2026-11-18|1|11\nRP|1|2026-11-18|10",
        (
            "details/0/tipoDoc=01 details/0/numDoc=F1-1 details/0/fechaEmision=2026-11-01 "
            "details/0/moneda=PEN details/0/impTotal=10 details/0/fechaPercepcion=2026-11-18 "
            "details/0/impPercibido=1 details/0/impCobrar=11 details/0/cobros/0/fecha=2026-11-18 "
            "details/0/cobros/0/importe=10"
        ),
    ),
    (
        "20",
        "CL|6|20000000010|A",
        "proveedor/tipoDoc=6 proveedor/numDoc=20000000010 proveedor/rznSocial=A",
    ),
    (
        "RC",
        "RL|1|07|BC01-1|1||||||||||||||03|B001-1|10.5",
        (
            "details/0/tipoDoc=07 details/0/serieNro=BC01-1 details/0/estado=1 "
            "details/0/docReferencia/tipoDoc=03 details/0/docReferencia/nroDoc=B001-1 "
            "details/0/porcentajeIgv=10.5"
        ),
    ),
    (
        "RA",
        "RS|2026-11-20\nBL|1|01|F001|5|ERROR",
        (
            "fecGeneracion=2026-11-20 details/0/tipoDoc=01 details/0/serie=F001 details/0/correlativo=5 "
            "details/0/desMotivoBaja=ERROR"
        ),
    ),
    (
        "RR",
        "RS|2026-11-20\nBL|1|20|R001|5|ERROR",
        (
            "fecGeneracion=2026-11-20 details/0/tipoDoc=20 details/0/serie=R001 details/0/correlativo=5 "
            "details/0/desMotivoBaja=ERROR"
        ),
    ),
    (
        "01",
        "IT|1\nIC|1|D|00|0.1\nIC|1|C|47||5|50",
        (
            "details/0/descuentos/0/codTipo=00 details/0/descuentos/0/factor=0.1 "
            "details/0/cargos/0/codTipo=47 details/0/cargos/0/monto=5 details/0/cargos/0/montoBase=50"
        ),
    ),
    (
        "01",
        "IT|1\nIV|1|ida|9|8|7|150101|A|||||||040101|B",
        (
            "details/0/transporte/detalle=ida details/0/transporte/valorReferencial=9 "
            "details/0/transporte/valorCargaEfectiva=8 details/0/transporte/valorCargaUtil=7 "
            "details/0/transporte/origen/ubigeo=150101 details/0/transporte/origen/direccion=A "
            "details/0/transporte/destino/ubigeo=040101 details/0/transporte/destino/direccion=B"
        ),
    ),
    (
        "01",
        "IT|1\nIA|1|3006|Peso|12|2026-01-01|2026-01-02|1|10:00:00|12|KGM",
        (
            "details/0/atributos/0/code=3006 details/0/atributos/0/name=Peso details/0/atributos/0/value=12 "
            "details/0/atributos/0/fecInicio=2026-01-01 details/0/atributos/0/fecFin=2026-01-02 "
            "details/0/atributos/0/duracion=1 details/0/atributos/0/horaInicio=10:00:00 "
            "details/0/atributos/0/cantidad=12 details/0/atributos/0/unidad=KGM"
        ),
    ),
    (
        "01",
        "TE|V|6|20000000010|A\nTE|A|6|20000000011|B\nDE|150101|AV.1\nMP|001|X",
        (
            "seller/tipoDoc=6 seller/numDoc=20000000010 seller/rznSocial=A agenteVentas/tipoDoc=6 "
            "agenteVentas/numDoc=20000000011 agenteVentas/rznSocial=B direccionEntrega/ubigeo=150101 "
            "direccionEntrega/direccion=AV.1 medioPago/codigo=001 medioPago/referencia=X"
        ),
    ),
    (
        "01",
        "EN|||01||5|KGM\nPP|150101|A\nPL|150102|B\nTR|6|20000000010|T\nVH|P|ABC123|||N1|VOLVO\nCH|P|||||Q1",
        (
            "guiaEmbebida/modTraslado=01 guiaEmbebida/pesoBruto=5 guiaEmbebida/undPesoBruto=KGM "
            "guiaEmbebida/partida/ubigeo=150101 guiaEmbebida/partida/direccion=A "
            "guiaEmbebida/llegada/ubigeo=150102 guiaEmbebida/llegada/direccion=B "
            "guiaEmbebida/transportista/tipoDoc=6 guiaEmbebida/transportista/numDoc=20000000010 "
            "guiaEmbebida/transportista/rznSocial=T guiaEmbebida/transpPlaca=ABC123 "
            "guiaEmbebida/transpCodeAuth=N1 guiaEmbebida/transpMarca=VOLVO guiaEmbebida/nroLicencia=Q1"
        ),
    ),
    (
        "01",
        "AN|02|F001-1|100|20000000012\nDT|022|12|1|2|001|9\nPE|51|0.02|1|2|3",
        (
            "anticipos/0/tipoDocRel=02 anticipos/0/nroDocRel=F001-1 anticipos/0/total=100 "
            "anticipos/0/ruc=20000000012 detraccion/codBienDetraccion=022 detraccion/percent=12 "
            "detraccion/monto=1 detraccion/ctaBanco=2 detraccion/codMedioPago=001 detraccion/valueRef=9 "
            "perception/codReg=51 perception/porcentaje=0.02 perception/mtoBase=1 perception/mto=2 "
            "perception/mtoTotal=3"
        ),
    ),
]


@pytest.mark.parametrize(("kind", "records", "said"), RECORDS)
def test_records_say_this_and_are_said_so(kind: str, records: str, said: str) -> None:
    head = f"OP|1|{kind}|20000000001|X001|1"
    read = read_trama(f"{head}\n{records}\n")
    opening = f"tipoDoc={kind} company/ruc=20000000001 serie=X001 correlativo=1"
    assert sorted(flat(read.document)) == sorted(f"{opening} {said}".split(" "))
    assert not read.warnings
    assert write_trama(read.document).splitlines()[0] == head
    assert sorted(write_trama(read.document).splitlines()[1:]) == sorted(records.splitlines())


def test_a_reference_of_a_guide_may_have_either_letter() -> None:
    head = "OP|1|09|20000000001|T001|1\n"
    assert read_trama(f"{head}RF|G|01|F001-1").document == read_trama(f"{head}RF|R|01|F001-1").document


def test_a_list_in_a_field_has_blanks_and_may_go_on_in_records() -> None:
    head = "OP|1|09|20000000001|T001|1\n"
    shipment = read_trama(f"{head}CO|X1|P1\nEN||||||||A ; B;;|C;D").document["envio"]
    assert shipment == {"contenedores": [{"numero": "X1", "precinto": "P1"}, "C", "D"], "indicadores": ["A", "B"]}


@pytest.mark.parametrize(
    ("kind", "dated"), [("RC", "fecResumen"), ("RA", "fecComunicacion"), ("RR", "fecComunicacion")]
)
def test_a_batch_is_known_by_its_date(kind: str, dated: str) -> None:
    text = write_trama({"tipoDoc": kind, "company": COMPANY, dated: "2026-11-21", "correlativo": "3"})
    assert text == f"OP|1|{kind}|20000000001|20261121|3|2026-11-21\n"
    assert read_trama(text).document[dated] == "2026-11-21"
    other = {"tipoDoc": kind, "serie": "20261122", dated: "2026-11-21"}
    assert write_trama(other) == f"OP|1|{kind}||20261122||2026-11-21\n", "a contradiction is for the reader to tell"


@pytest.mark.parametrize(
    ("line", "place"), [("EN" + "|" * 19 + "X", "line:2/field:20"), ("EN" + "|" * 19 + "true", "line:2/field:20")]
)
def test_yes_or_no_is_one_letter(line: str, place: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_trama(f"OP|1|09|20000000001|T001|1\n{line}")
    assert [fault.path for fault in refused.value.facts["faults"]] == [place]
