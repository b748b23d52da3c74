"""The flat file `trama`, version 1: typed lines with fixed positions, turned into the document that JSON would say.

`OP|1|03|20000000001|B001|10|2026-11-20` opens; each further line is a record. The table below is the whole format: for
each record type, where its fields go. What is wrong is told as `line:n/field:m`, counting the type as field 1.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from onapi.errors import InvalidDocument, Unreadable
from onapi.rules.rule import Fault

VERSION: Final = "1"
_HEADER: Final = ("", "tipoDoc", "company/ruc", "serie", "correlativo", "fechaEmision", "", "tipoMoneda")
_HEADER_REST: Final = ("tipoOperacion", "fecVencimiento", "compra", "")
_OP: Final = (*_HEADER, *_HEADER_REST)
_ISSUE_TIME: Final = 6  # after the type: issueDate and issueTime make one field
_EXTERNAL_ID: Final = 11

# record -> fields after the type; "" is of no account, "-" needs care of its own
_SINGLE: Final[dict[str, tuple[str, ...]]] = {
    "EM": tuple(
        f"company/{name}"
        for name in (
            "razonSocial",
            "nombreComercial",
            "address/ubigeo",
            "address/direccion",
            "address/codLocal",
            "email",
            "telephone",
        )
    ),
    "CL": tuple(
        f"client/{name}"
        for name in (
            "tipoDoc",
            "numDoc",
            "rznSocial",
            "address/direccion",
            "address/ubigeo",
            "address/codigoPais",
            "email",
            "telephone",
        )
    ),
    "FP": ("formaPago/tipo", "formaPago/monto"),
    "OB": ("observacion",),
    "TT": (
        "mtoOperGravadas",
        "mtoOperExoneradas",
        "mtoOperInafectas",
        "mtoOperExportacion",
        "mtoOperGratuitas",
        "mtoIGV",
        "mtoISC",
        "icbper",
        "mtoOtrosTributos",
        "sumOtrosCargos",
        "sumOtrosDescuentos",
        "totalAnticipos",
        "redondeo",
        "mtoImpVenta",
    ),
    "DT": tuple(f"detraccion/{name}" for name in ("codBienDetraccion", "percent", "monto", "ctaBanco", "codMedioPago")),
    "PE": tuple(f"perception/{name}" for name in ("codReg", "porcentaje", "mtoBase", "mto", "mtoTotal")),
}
_LISTED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "IT": (
        "details",
        (
            "",
            "codProducto",
            "descripcion",
            "unidad",
            "cantidad",
            "mtoValorUnitario",
            "mtoPrecioUnitario",
            "tipAfeIgv",
            "porcentajeIgv",
            "descuento",
            "tipSisIsc",
            "porcentajeIsc",
            "factorIcbper",
            "codProdSunat",
            "codProdGS1",
        ),
    ),
    "CU": ("cuotas", ("", "monto", "fechaPago")),
    "LE": ("legends", ("code", "value")),
    "AN": ("anticipos", ("tipoDocRel", "nroDocRel", "total")),
}
_CHOSEN: Final[dict[str, tuple[dict[str, str], tuple[str, ...]]]] = {  # the first field says which list
    "DC": ({"D": "descuentos", "C": "cargos"}, ("codTipo", "factor", "monto", "montoBase")),
    "RF": ({"G": "guias", "R": "relDocs"}, ("tipoDoc", "nroDoc")),
}
_OTHER_KINDS: Final = frozenset(
    {"IA", "NT", "EN", "PP", "PL", "TR", "VH", "CH", "TE", "RG", "RD", "RP", "TC", "RS", "RL", "BL"}
)
_ESCAPES: Final = {"|": "|", "\\": "\\", "n": "\n"}


@dataclass(slots=True)
class Trama:
    """A trama as JSON document, and where each of its values stood."""

    document: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)  # JSON pointer in the document -> line:n/field:m
    external_id: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def place_of(self, pointer: str) -> str:
        """Where a JSON pointer of the document stood; the nearest thing known, else the first line."""
        if not pointer.startswith("/"):
            return pointer
        while pointer:
            if pointer in self.origins:
                return self.origins[pointer]
            pointer = pointer.rpartition("/")[0]
        return "line:1"


def read_trama(text: str) -> Trama:
    """Read a trama; Unreadable(key="malformed_trama") without a header, InvalidDocument with every wrong line."""
    found = Trama()
    records = [
        (number, _fields(line, number, found))
        for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not records or records[0][1][0] != "OP":
        raise Unreadable("La trama debe empezar con un registro OP.", key="malformed_trama")
    for number, fields in records:
        _take(found, number, fields)
    if found.faults:
        raise InvalidDocument(
            "La trama tiene registros no válidos.", key="validation_failed", faults=tuple(found.faults)
        )
    return found


def _fields(line: str, number: int, found: Trama) -> list[str]:
    """The fields of a line; a backslash takes the bar, itself or `n` (a line break) for a character of the text."""
    fields: list[str] = []
    current: list[str] = []
    characters = iter(line)
    for character in characters:
        if character == "|":
            fields.append("".join(current).strip())
            current = []
        elif character == "\\":
            following = next(characters, "")
            if following not in _ESCAPES:
                place = f"line:{number}/field:{len(fields) + 1}"
                found.faults.append(Fault("malformed_trama", place, "Tras \\ solo puede ir |, \\ o n."))
            current.append(_ESCAPES.get(following, ""))
        else:
            current.append(character)
    if current or not fields:
        fields.append("".join(current).strip())
    return fields


def _take(found: Trama, number: int, fields: list[str]) -> None:
    kind, values = fields[0], fields[1:]
    if kind == "OP":
        _take_header(found, number, values)
    elif kind in _SINGLE:
        _put_all(found, number, "", _SINGLE[kind], values, first=2)
    elif kind in _LISTED:
        name, names = _LISTED[kind]
        _append(found, number, name, names, values, first=2)
    elif kind in _CHOSEN:
        lists, names = _CHOSEN[kind]
        chosen = lists.get(values[0] if values else "")
        if chosen is None:
            allowed = ", ".join(lists)
            found.faults.append(
                Fault("invalid_format", f"line:{number}/field:2", f"Debe ser {allowed}.", expected=allowed)
            )
        else:
            _append(found, number, chosen, names, values[1:], first=3)
    else:
        why = "todavía no se procesa" if kind in _OTHER_KINDS else "no existe"
        found.faults.append(Fault("unknown_record", f"line:{number}/field:1", f"El registro {kind[:10]} {why}."))


def _take_header(found: Trama, number: int, values: list[str]) -> None:
    if not values or values[0] != VERSION:
        sentence = f"La versión de la trama debe ser {VERSION}."
        found.faults.append(Fault("invalid_format", f"line:{number}/field:2", sentence, expected=VERSION))
    padded = [*values, *[""] * len(_OP)]
    if padded[_ISSUE_TIME] and padded[_ISSUE_TIME - 1]:
        padded[_ISSUE_TIME - 1] = f"{padded[_ISSUE_TIME - 1]}T{padded[_ISSUE_TIME]}"
    found.external_id = padded[_EXTERNAL_ID] or None
    _put_all(found, number, "", _OP, padded, first=2)


def _append(found: Trama, number: int, name: str, names: tuple[str, ...], values: list[str], *, first: int) -> None:
    items = found.document.setdefault(name, [])
    items.append({})
    prefix = f"/{name}/{len(items) - 1}"
    found.origins[prefix] = f"line:{number}"
    _put_all(found, number, prefix, names, values, first=first)


def _put_all(found: Trama, number: int, prefix: str, names: tuple[str, ...], values: list[str], *, first: int) -> None:
    """Put each value under its name; empty ones are as absent as a JSON field would be."""
    for position, (name, value) in enumerate(zip(names, values, strict=False), start=first):
        if not name:
            continue
        pointer = f"{prefix}/{name}"
        found.origins.setdefault(pointer.rpartition("/")[0], f"line:{number}")
        found.origins.setdefault(pointer, f"line:{number}/field:{position}")
        if value:
            _put(found.document, pointer, value)


def _put(document: dict[str, Any], pointer: str, value: str) -> None:
    *path, last = pointer.strip("/").split("/")
    holder: Any = document
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
    holder[last] = value
