"""The names in which a retención and a percepción differ in the public vocabulary."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from onapi.kinds.withholding.model import PERCEPTION, RETENTION


@dataclass(frozen=True, slots=True)
class Names:
    """The caller's names."""

    settled: str  # of the document
    withheld: str  # of the document and of each line
    net: str  # of each line
    payments: str
    withheld_on: str


NAMES: Final[Mapping[str, Names]] = MappingProxyType(
    {
        RETENTION: Names("impPagado", "impRetenido", "impPagar", "pagos", "fechaRetencion"),
        PERCEPTION: Names("impCobrado", "impPercibido", "impCobrar", "cobros", "fechaPercepcion"),
    }
)
