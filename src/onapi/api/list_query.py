"""What a list is asked for, read from the query: every filter is checked, none is ignored."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final, get_args

from fastapi import Depends, Query, Request

from onapi.api.auth import Caller, need, need_ruc
from onapi.api.shapes.document_list import Asked
from onapi.api.shapes.receipts import Status
from onapi.api.surroundings import Here
from onapi.errors import InvalidDocument
from onapi.rules.rule import Fault
from onapi.store.lists import Order, Wanted
from onapi.values.identity import is_ruc_shape
from onapi.values.moment import in_lima, read_moment
from onapi.values.number import DOCTYPES, MAX_CORRELATIVE, is_series
from onapi.values.scope import Scope

_NAME = re.compile(r"(?:(?:\d{11}-)?(?:[A-Z0-9]{2}-)?([A-Z][A-Z0-9]{3}|\d{8})-)?(\d{1,8})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_STATUSES: Final = frozenset(get_args(Status))
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Whose receipts, which of them, in what order."""

    scope: Scope
    wanted: Wanted
    order: Order


class _Reader:
    """Reads one filter after the other and keeps all that is wrong."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def wrong(self, name: str, sentence: str, received: str) -> None:
        """Note a filter that does not fit."""
        self.faults.append(Fault("invalid_parameter", f"/query/{name}", sentence, received=received[:40]))

    def one_of(self, name: str, text: str, allowed: frozenset[str] | tuple[str, ...]) -> str | None:
        """One of some words, or None where nothing is said."""
        if text and text not in allowed:
            self.wrong(name, f"Debe ser uno de {', '.join(sorted(allowed))}.", text)
        return text or None

    def day(self, name: str, text: str) -> date | None:
        """A day, or None where nothing is said."""
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong(name, "La fecha se escribe AAAA-MM-DD.", text)
            return None

    def moment(self, name: str, text: str, *, day_after: bool = False) -> datetime | None:
        """A moment; of a bare day its beginning in Lima, or its end."""
        try:
            found = read_moment(text.replace(" ", "+")) if text else None  # a plus sign that nobody encoded
            if found is None or not (day_after and _DAY.fullmatch(text)):
                return found
            return in_lima(found + timedelta(days=1))
        except (ValueError, OverflowError):
            self.wrong(name, "Se escribe AAAA-MM-DD o una hora RFC 3339.", text)
            return None

    def text(self, name: str, text: str) -> str | None:
        """A short text, or None where nothing is said."""
        if len(text) > _LONGEST or "\0" in text:
            self.wrong(name, f"Tiene hasta {_LONGEST} caracteres.", text)
        return text or None

    def number(self, text: str) -> tuple[str | None, int | None]:
        """Series and number of `F001-123`, `F001`, `123`."""
        said = text.strip().upper()
        if not said:
            return None, None
        if is_series(said) and not said.isdecimal():
            return said, None
        found = _NAME.fullmatch(said)
        if found is None or not 1 <= int(found[2]) <= MAX_CORRELATIVE:
            self.wrong("number", "Se escribe F001-123, F001 o 123.", text)
            return None, None
        return found[1], int(found[2])


async def list_query(
    request: Request,
    caller: Caller,
    here: Here,
    asked: Annotated[Asked, Query()],
) -> ListQuery:
    """The query of a list; InvalidDocument names every filter that does not fit, and those that there are not."""
    need(caller, "cpe:read")
    reader = _Reader()
    known = {field.alias or name for name, field in Asked.model_fields.items()} | _PAGING
    for name in sorted(set(request.query_params) - known)[:10]:
        reader.wrong(name[:40], "Este filtro no existe.", request.query_params[name])
    ruc = asked.ruc or (next(iter(caller.rucs)) if len(caller.rucs) == 1 else "")
    if not is_ruc_shape(ruc):
        reader.wrong("ruc", "Indique el RUC emisor, de 11 dígitos.", asked.ruc)
    wanted = _wanted(reader, asked)
    order = reader.one_of("order", asked.order, tuple(Order))
    if reader.faults:
        raise InvalidDocument("Los filtros no son válidos.", key="invalid_parameter", faults=tuple(reader.faults))
    need_ruc(caller, ruc)
    return ListQuery(here.platform.scope(ruc), wanted, Order(order) if order else _usual(wanted))


_PAGING: Final = frozenset({"cursor", "limit", "page", "size"})
Listed = Annotated[ListQuery, Depends(list_query)]


def _wanted(reader: _Reader, asked: Asked) -> Wanted:
    statuses = tuple(dict.fromkeys(part.strip().upper() for part in asked.status.split(",") if part.strip()))
    for status in statuses:
        reader.one_of("status", status, _STATUSES)
    series, number = reader.number(asked.number)
    if asked.serie and not is_series(asked.serie.upper()):
        reader.wrong("serie", "La serie debe tener 4 caracteres, como F001.", asked.serie)
    if asked.serie and series and series != asked.serie.upper():
        reader.wrong("number", "Su serie no coincide con serie.", asked.number)
    return Wanted(
        doctype=reader.one_of("doctype", asked.doctype, DOCTYPES),
        series=asked.serie.upper() or series,
        number=number,
        statuses=statuses,
        issued_from=reader.day("from", asked.issued_from),
        issued_to=reader.day("to", asked.issued_to),
        created_from=reader.moment("createdFrom", asked.created_from),
        created_to=reader.moment("createdTo", asked.created_to, day_after=True),
        customer_number=reader.text("customer", asked.customer),
        external_id=reader.text("externalId", asked.external_id),
        request_id=reader.text("requestId", asked.request_id),
    )


def _usual(wanted: Wanted) -> Order:
    """The order whose index the filters need."""
    if wanted.issued_from or wanted.issued_to:
        return Order.ISSUED
    return Order.CREATED if wanted.created_from or wanted.created_to else Order.NEWEST
