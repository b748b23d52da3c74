"""Document kinds, one folder for each family; `KINDS` lists them by SUNAT's code."""

from types import MappingProxyType

from onapi.kinds.batch import COMUNICACION_DE_BAJA, RESUMEN_DE_REVERSIONES, RESUMEN_DIARIO
from onapi.kinds.gre import REMITENTE, TRANSPORTISTA
from onapi.kinds.kind import Kind, Kinds, Route
from onapi.kinds.purchase import LIQUIDACION
from onapi.kinds.sale import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA
from onapi.kinds.withholding import PERCEPCION, RETENCION

_ALL = (
    FACTURA,
    BOLETA,
    LIQUIDACION,
    CREDIT_NOTE,
    DEBIT_NOTE,
    REMITENTE,
    RETENCION,
    TRANSPORTISTA,
    PERCEPCION,
    RESUMEN_DIARIO,
    COMUNICACION_DE_BAJA,
    RESUMEN_DE_REVERSIONES,
)
KINDS: Kinds = MappingProxyType({kind.code: kind for kind in _ALL})

__all__ = ["KINDS", "Kind", "Kinds", "Route"]
