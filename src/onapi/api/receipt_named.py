"""The receipt that a body or a query names by its four parts, as a path does (see `paths`)."""

from onapi.api.paths import check_ruc
from onapi.errors import InvalidDocument
from onapi.rules.rule import Fault
from onapi.values.number import DOCTYPES, ReceiptId, is_series


def receipt_in(ruc: str, doctype: str, serie: str, number: int, *, strict: bool, key: str = "") -> ReceiptId:
    """The receipt; InvalidDocument names every part that is none. `key` is that of parameters, else of bodies."""
    check_ruc(ruc, "/ruc", strict=strict)
    series = serie.upper()
    wrong = tuple(
        Fault("invalid_parameter", f"/{name}", sentence, received=value[:40])
        for name, value, fits, sentence in (
            ("doctype", doctype, doctype in DOCTYPES, f"El tipo debe ser uno de {', '.join(DOCTYPES)}."),
            ("serie", serie, serie.isascii() and is_series(series), "La serie debe tener 4 caracteres, como F001."),
        )
        if not fits
    )
    if wrong:
        sentence = "La petición no nombra un comprobante."
        raise InvalidDocument(sentence, key=key or "validation_failed", faults=wrong)
    return ReceiptId(ruc, doctype, series, number)
