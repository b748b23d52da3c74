"""From what was written to a complete guía: moments, parties, places and words that follow from the rest."""

from dataclasses import replace
from datetime import datetime, time

from onapi.facts.catalog import catalog
from onapi.kinds.gre.model import (
    MAIN,
    PUBLIC,
    SEAPORT,
    SECOND,
    SUBCONTRACTED,
    Carrier,
    Driver,
    Guide,
    GuideForm,
    Line,
    Point,
    Port,
    Related,
    Shipment,
)
from onapi.kinds.kind import TotalsMode
from onapi.values.identity import RUC
from onapi.values.moment import in_lima
from onapi.values.party import Party

_NOBODY = Party("", "", "")
_TO_ONESELF = frozenset({"02", "04", "07", "18"})  # reasons whose recipient can only be the remitente (rule 2554)
_BETWEEN_OWN = "04"  # transport between establishments of one company
_FROM_ANOTHER = frozenset({"02", "07", "08"})  # reasons that begin at somebody else's place (rule 3411)
_MIDNIGHT = time(0, 0)
_CARRIERS = "31"


def complete(form: GuideForm, issuer: Party, now: datetime, mode: TotalsMode = TotalsMode.CHECK) -> Guide:
    """The complete guía; there are no totals in it, so `mode` changes nothing."""
    _ = mode
    today = in_lima(now)
    issued = form.issue_date or today.date()
    hour = today.time().replace(microsecond=0) if issued == today.date() else _MIDNIGHT
    recipient = form.recipient or (_named(issuer) if _is_to_oneself(form) else _NOBODY)
    return Guide(
        id=form.id,
        issuer=issuer,
        issue_date=issued,
        issue_time=form.issue_time or hour,
        recipient=recipient,
        shipment=_shipment(form, issuer, recipient),
        lines=tuple(_line(line) for line in form.lines),
        related=tuple(_related(document, form, issuer, recipient) for document in form.related),
        sender=form.sender,
        supplier=form.supplier,
        buyer=form.buyer,
        payer=form.payer,
        subcontractor=form.subcontractor,
        remarks=form.remarks,
        annotation=form.annotation,
    )


def _named(party: Party) -> Party:
    return Party(party.id_type, party.id_number, party.name)


def _is_to_oneself(form: GuideForm) -> bool:
    return form.id.doctype != _CARRIERS and form.shipment.reason in _TO_ONESELF


def _shipment(form: GuideForm, issuer: Party, recipient: Party) -> Shipment:
    """The transport; the guía of a transportista has neither reason nor mode, and its carrier is its issuer."""
    said = form.shipment
    weight_unit = (said.weight_unit or "KGM") if said.weight is not None else ""
    common = replace(
        said,
        weight_unit=weight_unit,
        indicators=_indicators(form),
        drivers=tuple(_driver(n, driver) for n, driver in enumerate(said.drivers)),
        port=_port(said.port),
    )
    if form.id.doctype == _CARRIERS:
        start = said.start or said.handover
        carrier = Carrier(mtc=said.carrier.mtc, permit=said.carrier.permit)
        return replace(common, reason="", reason_text="", mode="", start=start, handover=None, carrier=carrier)
    is_public = said.mode == PUBLIC
    return replace(
        common,
        start=said.start or said.handover,
        handover=(said.handover or said.start) if is_public else None,
        origin=_origin(said, issuer),
        destination=_destination(said, issuer, recipient),
    )


def _indicators(form: GuideForm) -> tuple[str, ...]:
    said = form.shipment.indicators
    subcontracted = form.subcontractor is not None and SUBCONTRACTED not in said
    return (*said, SUBCONTRACTED) if subcontracted else said


def _driver(n: int, driver: Driver) -> Driver:
    """The first of them drives where nobody says who does."""
    return driver if driver.kind else replace(driver, kind=SECOND if n else MAIN)


def _port(port: Port) -> Port:
    known = catalog("63" if port.kind == SEAPORT else "64").get(port.code)
    return replace(port, name=known.text) if port.kind and not port.name and known else port


def _origin(said: Shipment, issuer: Party) -> Point:
    """An establishment named without its RUC is the remitente's, where the reason allows one of his."""
    if not said.origin.establishment or said.origin.ruc or said.reason in _FROM_ANOTHER:
        return said.origin
    return replace(said.origin, ruc=issuer.id_number)


def _destination(said: Shipment, issuer: Party, recipient: Party) -> Point:
    """An establishment named without its RUC is the recipient's."""
    if not said.destination.establishment or said.destination.ruc:
        return said.destination
    if said.reason == _BETWEEN_OWN:
        return replace(said.destination, ruc=issuer.id_number)
    return replace(said.destination, ruc=recipient.id_number if recipient.id_type == RUC else "")


def _related(document: Related, form: GuideForm, issuer: Party, recipient: Party) -> Related:
    """SUNAT's words for its kind, and who issued it where SUNAT takes only one answer (rule 3381)."""
    kind = catalog("61").get(document.doctype)
    return replace(
        document,
        description=document.description or (kind.text if kind else ""),
        issuer=document.issuer or _only_issuer(document, form, issuer, recipient),
    )


def _only_issuer(document: Related, form: GuideForm, issuer: Party, recipient: Party) -> str:
    who: Party | None = None
    reason = form.shipment.reason
    if form.id.doctype == _CARRIERS:
        who = {"09": form.sender, "31": issuer}.get(document.doctype)
        who = None if document.number[:1].isdigit() else who
    elif document.doctype == "09" or (document.doctype in {"04", "48"} and reason == "02"):
        who = issuer
    elif document.doctype in {"01", "03", "12"}:
        by_reason = {"01": issuer, "03": issuer, "06": recipient, "02": form.supplier, "07": form.supplier}
        who = by_reason.get(reason)
    return who.id_number if who and who.id_type == RUC else ""


def _line(line: Line) -> Line:
    """Properties go by SUNAT's name for their code; a unit without a quantity counts nothing."""
    known = catalog("55")
    named = (
        replace(fact, name=fact.name or (known[fact.code].text if fact.code in known else fact.code))
        for fact in line.properties
    )
    return replace(line, unit=line.unit if line.quantity is not None else "", properties=tuple(named))
