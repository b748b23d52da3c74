"""Document kinds, one folder for each family; `KINDS` lists them by SUNAT's code."""

from types import MappingProxyType

from onapi.kinds.kind import Kind, Kinds, Route
from onapi.kinds.sale import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA

KINDS: Kinds = MappingProxyType({kind.code: kind for kind in (FACTURA, BOLETA, CREDIT_NOTE, DEBIT_NOTE)})

__all__ = ["KINDS", "Kind", "Kinds", "Route"]
