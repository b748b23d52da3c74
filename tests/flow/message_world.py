"""Persons who get messages without a network: channels that answer as a test wants, and keep what came to them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flow_world import RUC, World
from sqlalchemy import select

from onapi.errors import Misconfigured
from onapi.flows.issue import Issued, Request, issue
from onapi.flows.message import EMAIL, WHATSAPP, Wish, ask, find, hear
from onapi.flows.message_content import Content
from onapi.flows.message_told import Told
from onapi.flows.messaging import Messaging
from onapi.flows.notify import Receivers
from onapi.gateways.channels.channel import Channel, Handover, Parcel
from onapi.library.forms import Told as Form
from onapi.lifecycle.standing import Standing
from onapi.store.messages import Message
from onapi.store.tables import messages

PROVIDERS = {EMAIL: "smtp", WHATSAPP: "whatsapp-cloud"}
PHONE, ADDRESS = "+51987654321", "ana.paz@cliente.example"
BUSY = Handover(Standing.QUEUED, "smtp", code="421", words="try again later")
REFUSED = Handover(Standing.FAILED, "smtp", code="550", words=f"5.1.1 <{ADDRESS}> is nobody here")


@dataclass
class Provider:
    """One provider, for every company; it says yes unless a test says otherwise."""

    name: str
    provider: str
    came: list[Parcel] = field(default_factory=list)
    answer: Callable[[Parcel], Handover] | None = None

    def send(self, parcel: Parcel) -> Handover:
        """Keep it, and answer."""
        self.came.append(parcel)
        if self.answer is not None:
            return self.answer(parcel)
        return Handover(Standing.SENT, self.provider, f"{self.provider}.{len(self.came)}")

    def answers(self, *answers: Handover) -> None:
        """Let it answer these in turn, the last of them for ever."""
        left = list(answers)
        self.answer = lambda _: left.pop(0) if len(left) > 1 else left[0]


@dataclass
class Providers:
    """Both of them."""

    email: Provider = field(default_factory=lambda: Provider(EMAIL, "smtp"))
    whatsapp: Provider = field(default_factory=lambda: Provider(WHATSAPP, "whatsapp-cloud"))
    missing: set[str] = field(default_factory=set)

    def channel_of(self, _platform: object, _scope: object, name: str) -> Channel:
        """The one of this name."""
        if name in self.missing:
            raise Misconfigured(f"La empresa no tiene {name}.")
        return {EMAIL: self.email, WHATSAPP: self.whatsapp}[name]


def with_providers(world: World, **more: Any) -> Providers:
    """Put providers into a world."""
    found = Providers()
    told = Messaging(found.channel_of, **{"keep": timedelta(days=30), "hold_s": 95.0, **more})
    world.platform = replace(world.platform, messaging=told)
    return found


def accepted(world: World, **more: Any) -> Issued:
    """A factura that SUNAT has accepted."""
    issued = world.issue(**more)
    world.run()
    return issued


def mail(world: World, issued: Issued, *to: str, key: str | None = None, **more: Any) -> Message:
    """Ask for an e-mail about it."""
    content = Content(to=to or (ADDRESS,), **more)
    wish = Wish(EMAIL, issued.document.receipt, content, ("pdf", "xml", "cdr"), request_key=key)
    return ask(world.platform, world.platform.scope(RUC), wish)


def whatsapp(world: World, issued: Issued, phone: str = PHONE, **more: Any) -> Message:
    """Ask for a WhatsApp message about it."""
    wish = Wish(WHATSAPP, issued.document.receipt, Content(to=(phone,)), **more)
    return ask(world.platform, world.platform.scope(RUC), wish)


def seen(world: World, message: Message) -> Told:
    """The message as it is told."""
    return find(world.platform, {message.scope.ruc}, message.id)


def standings(world: World, message: Message) -> list[str]:
    """Where it stood, in order."""
    return [each.standing for each in seen(world, message).moves]


def rows(world: World, table: Any = messages) -> list[Any]:
    """What a table holds, in its own order."""
    with world.platform.database.reading() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def news(world: World, of: str, standing: Standing, **more: Any) -> bool:
    """A provider tells where a message stands."""
    told = {"provider": "whatsapp-cloud", "provider_id": of, **more}
    platform = world.platform
    provider, name = told.pop("provider"), told.pop("provider_id")
    return hear(platform, platform.environment, provider, name, standing, world.clock(), **told)


def issue_notified(world: World, doctype: str = "01", **more: Any) -> Issued:
    """A new receipt, with whom it is to be told."""
    receivers = Receivers(tuple(more.pop("emails", (ADDRESS,))), tuple(more.pop("phones", (PHONE,))))
    series, customer = ("F001", ("6", "20000000010")) if doctype == "01" else ("B001", ("1", "45678912"))
    document = {
        "serie": series,
        "correlativo": next(world.numbers),
        "client": {"tipoDoc": customer[0], "numDoc": customer[1], "rznSocial": "CLIENTE DE PRUEBA"},
        "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
        **more.pop("parts", {}),
    }
    told = Form("json", document, doctype=doctype, pointer="/document")
    return issue(world.platform, Request(RUC, told, notify=receivers, **more))
