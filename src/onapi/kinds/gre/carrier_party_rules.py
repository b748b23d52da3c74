"""What SUNAT asks of the people of a transportista's guía: remitente, who pays the freight, who subcontracts."""

from collections.abc import Callable

from onapi.kinds.gre.conditions import id_fits, is_line_or_nothing, same
from onapi.kinds.gre.model import PAID_BY_OTHER, SUBCONTRACTED, Guide
from onapi.kinds.gre.people import LONGEST_NAME, WRONG_NAME, Codes, Holds, identity_rules
from onapi.rules.rule import Rule
from onapi.values.identity import RUC
from onapi.values.party import Party


def _paid_by_other(guide: Guide) -> bool:
    return guide.has(PAID_BY_OTHER)


def _subcontractor_says(test: Callable[[Party], bool]) -> Holds:
    """Asked of the subcontractor wherever there is said to be one."""
    return lambda guide: not guide.has(SUBCONTRACTED) or (guide.subcontractor is not None and test(guide.subcontractor))


def _payer_says(test: Callable[[Party], bool]) -> Holds:
    return lambda guide: not _paid_by_other(guide) or (guide.payer is not None and test(guide.payer))


SENDER: tuple[Rule[Guide], ...] = (
    Rule(
        "3383",
        "sender.id_number",
        "Falta el documento de identidad del remitente de los bienes.",
        lambda g: bool(g.sender and g.sender.id_number),
    ),
    Rule(
        "3387",
        "sender.name",
        "Falta el nombre o razón social del remitente.",
        lambda g: bool(g.sender and g.sender.name),
    ),
    *identity_rules("sender", lambda g: g.sender, Codes("", "2541", "2542", "3384", "", "4422")),
    Rule(
        "2560",
        "sender.id_number",
        "El remitente debe ser otro que el transportista.",
        lambda g: g.sender is None or not same(g.sender, g.issuer),
    ),
)

PAYER: tuple[Rule[Guide], ...] = (
    Rule(
        "4402",
        "payer.id_number",
        "Si un tercero paga el flete, ponga su número de documento.",
        _payer_says(lambda p: bool(p.id_number)),
    ),
    Rule(
        "4401",
        "payer.id_type",
        "Si un tercero paga el flete, ponga su tipo de documento (catálogo 06).",
        _payer_says(lambda p: bool(p.id_type)),
    ),
    Rule(
        "4370",
        "payer.name",
        "Si un tercero paga el flete, ponga su nombre o razón social.",
        _payer_says(lambda p: bool(p.name)),
    ),
    *identity_rules("payer", lambda g: g.payer, Codes("", "", "3399", "3400", "", "4423"), _paid_by_other),
)

SUBCONTRACTOR: tuple[Rule[Guide], ...] = (
    Rule(
        "4424",
        "subcontractor.id_number",
        "Si el transporte es subcontratado, ponga el RUC de quien subcontrata.",
        _subcontractor_says(lambda p: bool(p.id_number)),
    ),
    Rule(
        "4425",
        "subcontractor.id_type",
        "Si el transporte es subcontratado, ponga el tipo de documento de quien subcontrata: 6 (RUC).",
        _subcontractor_says(lambda p: bool(p.id_type)),
    ),
    Rule(
        "3391",
        "subcontractor.id_type",
        "Quien subcontrata debe identificarse con RUC (tipo 6).",
        lambda g: g.subcontractor is None or g.subcontractor.id_type in {"", RUC},
    ),
    Rule(
        "3389",
        "subcontractor.id_number",
        "El RUC de quien subcontrata no existe: debe tener 11 dígitos.",
        lambda g: g.subcontractor is None or id_fits(RUC, g.subcontractor.id_number),
    ),
    Rule(
        "3390",
        "subcontractor.id_number",
        "Quien subcontrata debe ser otro que el transportista.",
        lambda g: g.subcontractor is None or g.subcontractor.id_number != g.issuer.id_number,
    ),
    Rule(
        "4426",
        "subcontractor.name",
        "Si el transporte es subcontratado, ponga el nombre de quien subcontrata.",
        _subcontractor_says(lambda p: bool(p.name)),
    ),
    Rule(
        "4427",
        "subcontractor.name",
        WRONG_NAME,
        lambda g: g.subcontractor is None or is_line_or_nothing(g.subcontractor.name, 1, LONGEST_NAME),
    ),
)
