"""What SUNAT asks of the documents that back a transport: which kinds, how many, how numbered, issued by whom."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from onapi.facts.catalog import catalog
from onapi.kinds.gre.conditions import (
    APPOINTMENT,
    DECLARATIONS,
    EXPORT,
    FOREIGN_GOODS,
    IMPORT,
    MANIFEST,
    OTHER,
    SINCE_2026,
    UNTIL_2026,
    goods_are_due,
    has_guide,
    is_declared,
    is_electronic,
    is_foreign,
    is_line_or_nothing,
    is_ruc_like,
    is_whole,
)
from onapi.kinds.gre.model import Guide, Related
from onapi.rules.rule import Rule

_TARIFF = "7020"
_LONGEST_DESCRIPTION = 120
_DEPOSITS = ("49", "80")
_ISSUED_BY_TAXPAYERS = frozenset({"01", "03", "04", "09", "12", "48"})
_SALES = frozenset({"01", "03", "12"})
_PERMITS = ("31", "65", "66", "67", "68", "69")  # of these a transportista may add one to another document
_MOST_WITH_PERMIT = 2
_TRADE = IMPORT, EXPORT
_OF_TRADE = frozenset({"09", "49", "50", "52", "80"})
_OF_FOREIGN = frozenset({"50", "52", MANIFEST})
_SINCE_2026 = frozenset({APPOINTMENT, "93", "94", "95"})

_NUMBER = r"(?!0+$)\d{1,8}"
_DECLARATION = r"\d{3}-\d{4}-%s-[1-9]\d{0,5}"
_ANY_TEXT = r"\S{1,100}"
_SHAPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "01": rf"(F[A-Z0-9]{{3}}|\d{{1,4}}|E001)-{_NUMBER}",
        "03": rf"(B[A-Z0-9]{{3}}|\d{{1,4}}|EB01)-{_NUMBER}",
        "04": rf"(L[A-Z0-9]{{3}}|\d{{1,4}}|E001)-{_NUMBER}",
        "09": rf"(T[A-Z0-9]{{3}}|\d{{1,4}}|EG07|EG02)-{_NUMBER}",
        "12": r"[A-Za-z0-9-]{1,20}-[A-Za-z0-9-]{1,20}",
        "31": rf"(V[A-Z0-9]{{3}}|EG03|EG04)-{_NUMBER}",
        "48": r"\d{1,4}-(?!0+$)\d{1,7}",
        "49": r"(?!0+$)\d{1,15}",
        "80": r"(?!0+$)\d{1,15}",
        "81": r"[A-Za-z0-9]{1,20}",
        "92": r"\d{1,50}",
        **dict.fromkeys(("93", "94", "95"), r"[A-Za-z0-9/-]{1,35}"),
        **dict.fromkeys(("71", "72", "73", "74", "75", "76", "77", "78"), _ANY_TEXT),
        **dict.fromkeys(("65", "66", "67", "68", "69", "82"), _ANY_TEXT),
    }
)
_REGIMES: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {  # customs regimes by document and reason
        ("50", IMPORT): "10",
        ("52", IMPORT): "18",
        ("50", EXPORT): "40",
        ("52", EXPORT): "48",
        ("50", FOREIGN_GOODS): "(10|20|21|30|36|70|80)",
        ("52", FOREIGN_GOODS): "18",
    }
)
_WAYS: Final[Mapping[str, str]] = MappingProxyType({"1": "1", "2": "4", "": r"\d"})  # of a manifest, by kind of port


def _number_fits(document: Related, guide: Guide) -> bool:
    shape = _shape(document.doctype, guide)
    return not document.number or not shape or re.fullmatch(shape, document.number, re.ASCII) is not None


def _shape(doctype: str, guide: Guide) -> str:
    """How a document of this kind is numbered; "" where SUNAT does not say."""
    reason = guide.shipment.reason
    if doctype in DECLARATIONS:
        if guide.is_carriers:
            return r"\d{3}-\d{4}-\d{2}-\d{1,6}"
        return _DECLARATION % _REGIMES.get((doctype, reason), "[0-9A-Z]{2}" if reason == OTHER else r"\d{2}")
    if doctype == MANIFEST:
        return (
            rf"01-\d{{3}}-{_WAYS.get(guide.shipment.port.kind, '')}-\d{{4}}-[1-9]\d{{0,5}}" if is_foreign(guide) else ""
        )
    return _SHAPES.get(doctype, "")


def _kind_fits(document: Related, guide: Guide) -> bool:
    """Which documents back which reason."""
    reason, doctype = guide.shipment.reason, document.doctype
    if not doctype or not reason:
        return True
    if reason in _TRADE:
        return doctype in _OF_TRADE
    if reason == FOREIGN_GOODS:
        return doctype in _OF_FOREIGN or (doctype == APPOINTMENT and guide.issue_date >= SINCE_2026)
    if doctype in DECLARATIONS:
        return reason == OTHER and (doctype == DECLARATIONS[0] or guide.issue_date <= UNTIL_2026)
    return doctype != MANIFEST and (doctype != APPOINTMENT or guide.issue_date < SINCE_2026)


def _kind_is_listed(document: Related, guide: Guide) -> bool:
    if not document.doctype:
        return True
    column = "transportista" if guide.is_carriers else "remitente"
    entry = catalog("61").get(document.doctype)
    told_too_early = document.doctype in _SINCE_2026 and guide.issue_date < SINCE_2026
    return entry is not None and entry.extra.get(column) == "1" and not told_too_early


def _is_once(document: Related, guide: Guide) -> bool:
    alike = [x for x in guide.related if (x.doctype, x.number) == (document.doctype, document.number)]
    return not document.number or len(alike) == 1


def _issuer_is_told(document: Related, guide: Guide) -> bool:
    needed = set(_ISSUED_BY_TAXPAYERS)
    if guide.is_carriers:
        needed.add("31")
    elif guide.issue_date >= SINCE_2026:
        needed.add(APPOINTMENT)
    return document.doctype not in needed or bool(document.issuer)


def _issuer_fits(document: Related, guide: Guide) -> bool:
    """A document whose issuer is known from the reason bears his RUC."""
    expected = _carriers_issuer(document, guide) if guide.is_carriers else _remitentes_issuer(document, guide)
    return not document.issuer or expected is None or document.issuer == expected


def _remitentes_issuer(document: Related, guide: Guide) -> str | None:
    reason, doctype = guide.shipment.reason, document.doctype
    own = (
        doctype == "09"
        or (reason in {"01", "03"} and doctype in _SALES)
        or (reason == "02" and doctype in {"04", "48"})
    )
    if own:
        return guide.issuer.id_number
    return guide.recipient.id_number if reason == "06" and doctype in _SALES else None


def _carriers_issuer(document: Related, guide: Guide) -> str | None:
    if not is_electronic(document.number):
        return None
    if document.doctype == "09":
        return guide.sender.id_number if guide.sender else None
    return guide.issuer.id_number if document.doctype == "31" else None


def count_of(guide: Guide, doctype: str) -> int:
    """How many related documents are of a kind."""
    return sum(document.doctype == doctype for document in guide.related)


def _deposit_has_tariff(guide: Guide) -> bool:
    if guide.is_carriers:
        asked = goods_are_due(guide) and guide.relates_to("80")
    else:
        asked = not is_whole(guide) and guide.relates_to(*_DEPOSITS)
    return not asked or any(line.value_of(_TARIFF) is not None for line in guide.lines)


def _few_beside_permit(guide: Guide) -> bool:
    return not guide.relates_to(*_PERMITS) or len(guide.related) <= _MOST_WITH_PERMIT


def _few_without_permit(guide: Guide) -> bool:
    return guide.relates_to(*_PERMITS) or has_guide(guide, electronic=True) or len(guide.related) <= 1


def _each(code: str, path: str, sentence: str, holds: object) -> Rule[Guide]:
    return Rule(code, path, sentence, holds, over="related")  # type: ignore[arg-type]  # a test of item and guide


RELATED: tuple[Rule[Guide], ...] = (
    _each("3376", "doctype", "Falta el tipo del documento relacionado (catálogo 61).", lambda x, _: bool(x.doctype)),
    _each(
        "4410",
        "doctype",
        "La descripción del documento relacionado va con su tipo y su número.",
        lambda x, _: bool(x.doctype) or not x.description,
    ),
    _each(
        "2692",
        "doctype",
        "El tipo de documento relacionado no está en el catálogo 61 para esta clase de guía.",
        _kind_is_listed,
    ),
    _each("3403", "number", "Falta el número del documento relacionado.", lambda x, _: bool(x.number)),
    _each(
        "4372",
        "description",
        "La descripción del documento relacionado admite hasta 120 caracteres en una sola línea.",
        lambda x, _: is_line_or_nothing(x.description, 1, _LONGEST_DESCRIPTION),
    ),
    _each("3340", "number", "El mismo documento relacionado está dos veces; déjelo una.", _is_once),
    _each(
        "3441",
        "number",
        "El número no tiene la forma de su tipo de documento: F001-123 para facturas, 118-2026-10-123456 para una DAM.",
        _number_fits,
    ),
    _each("3380", "issuer", "Falta el RUC de quien emitió el documento relacionado.", _issuer_is_told),
    _each(
        "3409",
        "issuer",
        "El RUC de quien emitió el documento relacionado debe tener 11 dígitos.",
        lambda x, _: not x.issuer or is_ruc_like(x.issuer),
    ),
    _each(
        "3381",
        "issuer",
        "El emisor del documento relacionado no corresponde: es el remitente, o el destinatario de una devolución.",
        _issuer_fits,
    ),
    Rule(
        "3352",
        "lines",
        "Con una constancia de depósito (49 u 80), al menos un bien lleva su partida arancelaria (atributo 7020).",
        _deposit_has_tariff,
    ),
)

OF_REMITENTE: tuple[Rule[Guide], ...] = (
    Rule(
        "3440",
        "related",
        "Importaciones y exportaciones (08, 09) llevan la DAM (50) o la declaración simplificada (52).",
        lambda g: g.shipment.reason not in _TRADE or is_declared(g),
    ),
    _each("3445", "doctype", "Este tipo de documento relacionado no corresponde al motivo de traslado.", _kind_fits),
    Rule(
        "3493",
        "related",
        "El motivo 19 lleva una DAM (50), una declaración simplificada (52) o un manifiesto de carga (91).",
        lambda g: not is_foreign(g) or g.relates_to(*DECLARATIONS, MANIFEST),
        until=UNTIL_2026,
    ),
    Rule(
        "3493",
        "related",
        "El motivo 19 lleva una DAM (50), una declaración simplificada (52), un manifiesto (91) o una cita (92).",
        lambda g: not is_foreign(g) or g.relates_to(*DECLARATIONS, MANIFEST, APPOINTMENT),
        since=SINCE_2026,
    ),
    Rule(
        "3494",
        "related",
        "El motivo 19 admite un solo manifiesto de carga (91).",
        lambda g: not is_foreign(g) or count_of(g, MANIFEST) <= 1,
    ),
    Rule(
        "3463",
        "related",
        "Con un manifiesto de carga (91) no van declaraciones aduaneras (50, 52).",
        lambda g: not is_foreign(g) or not g.relates_to(MANIFEST) or not is_declared(g),
    ),
)

OF_TRANSPORTISTA: tuple[Rule[Guide], ...] = (
    _each(
        "3408",
        "issuer",
        "El RUC de quien emitió el documento relacionado no existe: debe tener 11 dígitos.",
        lambda x, _: not x.issuer or is_ruc_like(x.issuer),
    ),
    Rule(
        "3345",
        "related",
        "Con una guía 31 o una autorización (65 a 69) van hasta dos documentos relacionados.",
        _few_beside_permit,
    ),
    Rule(
        "3346",
        "related",
        "Sólo va más de un documento relacionado si uno es 31, 65 a 69, o una guía de remitente electrónica (09).",
        _few_without_permit,
    ),
)
