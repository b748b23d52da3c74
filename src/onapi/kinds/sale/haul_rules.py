"""What SUNAT asks of the road transport that a line bills (operation 1004; sheets of v20260212)."""

from collections.abc import Callable

from onapi.kinds.sale.blocks import Haul
from onapi.kinds.sale.model import Line, Sale
from onapi.rules.rule import Rule
from onapi.rules.shapes import fits, is_line_or_nothing
from onapi.values.money import ZERO

_FREIGHT = "1004"  # catalogue 51
_LONGEST_ADDRESS = 200
_LONGEST_DETAILS = 500
_VALUES = ("reference_value", "effective_load_value", "nominal_load_value")


def _asked(holds: Callable[[Haul], bool]) -> Callable[[Line, Sale], bool]:
    """Every line of a transport of goods tells it; where it tells no haul at all, a rule of its own says so."""
    return lambda line, sale: sale.operation != _FREIGHT or line.haul is None or holds(line.haul)


def _told(line: Line, sale: Sale) -> bool:
    return sale.operation != _FREIGHT or line.haul is not None


def _where_told(holds: Callable[[Haul], bool]) -> Callable[[Line, Sale], bool]:
    return lambda line, _: line.haul is None or holds(line.haul)


def _values_fit(haul: Haul) -> bool:
    return all(getattr(haul, name) > ZERO and fits(getattr(haul, name)) for name in _VALUES)


def _of_line(code: str, path: str, sentence: str, holds: Callable[[Line, Sale], bool]) -> Rule[Sale]:
    return Rule(code, path, sentence, holds, over="lines")


_MISSING = "El transporte de carga (1004) necesita en cada línea el bloque `transporte` con su valor referencial"

HAUL_RULES: tuple[Rule[Sale], ...] = (
    _of_line("3124", "haul", f"{_MISSING} del servicio.", _told),
    _of_line("3125", "haul", f"{_MISSING} sobre la carga efectiva.", _told),
    _of_line("3126", "haul", f"{_MISSING} sobre la carga útil nominal.", _told),
    _of_line(
        "3116",
        "haul.origin.ubigeo",
        "Falta el ubigeo de origen del transporte; use los 6 dígitos de INEI.",
        _asked(lambda h: bool(h.origin.ubigeo)),
    ),
    _of_line(
        "3117",
        "haul.origin.line",
        "Falta la dirección de origen del transporte.",
        _asked(lambda h: bool(h.origin.line)),
    ),
    _of_line(
        "3118",
        "haul.destination.ubigeo",
        "Falta el ubigeo de destino del transporte; use los 6 dígitos de INEI.",
        _asked(lambda h: bool(h.destination.ubigeo)),
    ),
    _of_line(
        "3119",
        "haul.destination.line",
        "Falta la dirección de destino del transporte.",
        _asked(lambda h: bool(h.destination.line)),
    ),
    _of_line(
        "3120",
        "haul.details",
        "Falta el detalle del viaje.",
        _asked(lambda h: bool(h.details)),
    ),
    _of_line(
        "3123",
        "haul.reference_value",
        "Los valores referenciales del transporte, en soles, deben ser mayores que cero.",
        _asked(_values_fit),
    ),
    _of_line(
        "4236",
        "haul.origin.line",
        "La dirección de origen debe tener de 3 a 200 caracteres, sin saltos de línea.",
        _where_told(lambda h: is_line_or_nothing(h.origin.line, 3, _LONGEST_ADDRESS)),
    ),
    _of_line(
        "4236",
        "haul.destination.line",
        "La dirección de destino debe tener de 3 a 200 caracteres, sin saltos de línea.",
        _where_told(lambda h: is_line_or_nothing(h.destination.line, 3, _LONGEST_ADDRESS)),
    ),
    _of_line(
        "4270",
        "haul.details",
        "El detalle del viaje debe tener de 3 a 500 caracteres, sin saltos de línea.",
        _where_told(lambda h: is_line_or_nothing(h.details, 3, _LONGEST_DETAILS)),
    ),
)
