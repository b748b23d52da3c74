"""SUNAT's addresses on a server of our own, and beside them the simulator's: what it holds, and what shall go wrong."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Route

from onapi.simulator.admin import admin_routes
from onapi.simulator.authority import open_authority
from onapi.simulator.bill_service import (
    SALES,
    SALES_SUMMARIES,
    WITHHOLDING_SUMMARIES,
    WITHHOLDINGS,
    Counter,
    serve_bill,
)
from onapi.simulator.certificates import mail_context
from onapi.simulator.clock import MovableClock
from onapi.simulator.consult_service import serve_consult
from onapi.simulator.faults import Plan
from onapi.simulator.faults.scenario_file import load_file
from onapi.simulator.gre_api import ask_ticket, give_token, send_guide
from onapi.simulator.ledger import Ledger
from onapi.simulator.mailbox import Mailbox, open_mailbox
from onapi.simulator.memory import Memory
from onapi.simulator.office import Office, Patience, Profile
from onapi.simulator.outbox import Outbox, outbox_beside
from onapi.simulator.outbox_admin import outbox_routes
from onapi.simulator.phone import Manners, Phone, phone_routes
from onapi.simulator.phone.postman import walking
from onapi.simulator.receivers import Counts
from onapi.simulator.ticketbook import TicketBook
from onapi.simulator.validity_api import give_token as give_query_token
from onapi.simulator.validity_api import validate
from onapi.simulator.wire import RestWindow, SoapWindow, WiredApp
from onapi.simulator.wsdl import BILL, CONSULT
from onapi.values.sandbox import SANDBOX_PHONE

# Both profiles answer at the test and at the production addresses; what differs is how they behave.
_SALES = Counter(SALES, SALES_SUMMARIES)
_OTHERS = Counter(WITHHOLDINGS, WITHHOLDING_SUMMARIES)
_RETIRED = Counter(frozenset(), frozenset(), is_retired=True)
_BILL_ADDRESSES = {
    "/ol-ti-itcpfegem-beta/billService": _SALES,
    "/ol-ti-itcpfegem/billService": _SALES,
    "/ol-ti-itemision-otroscpe-gem-beta/billService": _OTHERS,
    "/ol-ti-itemision-otroscpe-gem/billService": _OTHERS,
    "/ol-ti-itemision-guia-gem-beta/billService": _RETIRED,
    "/ol-ti-itemision-guia-gem/billService": _RETIRED,
}
_CONSULT_ADDRESS = "/ol-it-wsconscpegem/billConsultService"
_GUIDES = "/v1/contribuyente/gem/comprobantes"
# path, method, operation as the plan of faults calls it, what it does
_REST_ADDRESSES = (
    ("/v1/clientessol/{client}/oauth2/token/", "POST", "token", give_token),
    ("/v1/clientessol/{client}/oauth2/token", "POST", "token", give_token),
    (f"{_GUIDES}/envios/{{ticket}}", "GET", "getGre", ask_ticket),
    (f"{_GUIDES}/{{name}}", "POST", "sendGre", send_guide),
    ("/v1/clientesextranet/{client}/oauth2/token/", "POST", "token", give_query_token),
    ("/v1/clientesextranet/{client}/oauth2/token", "POST", "token", give_query_token),
    ("/v1/contribuyente/contribuyentes/{ruc}/validarcomprobante", "POST", "validate", validate),
)
TICKET_DELAY_S = 1.0
_BETA_FAULTS = ({"fault": "F38/lines"},)  # what SUNAT's test service does by itself


def create_app(
    ledger_path: Path,
    *,
    profile: Profile | str,
    clock: Callable[[], datetime],
    latency_s: float = 0.0,
    ticket_delay_s: float = TICKET_DELAY_S,
    scenario: Path | None = None,
    tls_port: int | None = None,
    smtp_port: int | None = None,
    callback: str = "",
) -> Starlette:
    """The simulated SUNAT, remembering in `ledger_path` (a file, made when absent) with its authority beside it.

    `profile` is "beta" or "production"; `clock` gives aware moments, and can be moved by the simulator's own address;
    every answer waits `latency_s` after its work is done, so what is registered but not yet answered is as wide as
    the network makes it; summaries and guides stay in process (98) for `ticket_delay_s` of the simulator's time.
    `scenario` is a YAML file of faults to begin with; `tls_port`, where `Doorway` serves it, a second port with TLS.
    On `smtp_port` (0 is any, told by `app.state.smtp_address`) it takes mail; the news of its phone go to `callback`.
    """
    if scenario is not None:
        load_file(Plan(clock), scenario)  # before anything is opened
    authority = open_authority(ledger_path.with_name(f"{ledger_path.name}.authority.pem"), clock())
    memory = Memory(ledger_path)
    moved, played = MovableClock(clock, memory), Profile(profile)
    plan = Plan(moved, standing=_BETA_FAULTS if played is Profile.BETA else ())
    if scenario is not None:
        load_file(plan, scenario)
    patience = Patience(ticket_delay_s)
    office = Office(memory, Ledger(memory), TicketBook(memory), authority, played, moved, patience, plan)
    phone = Phone(SANDBOX_PHONE, Outbox(outbox_beside(ledger_path)), plan, moved, Manners(callback))
    tls_file = ledger_path.with_name(f"{ledger_path.name}.tls.pem")

    routes = [*_soap_routes(office, latency_s), *_rest_routes(office, latency_s), *admin_routes(office, tls_file)]
    routes += [*phone_routes(office, phone, latency_s), *outbox_routes(phone)]
    app = WiredApp(routes=routes, lifespan=partial(_open, office, phone, smtp_port))
    app.state.plan, app.state.tls_port, app.state.has_door = plan, tls_port, False
    app.state.tls_file = tls_file
    return app


@asynccontextmanager
async def _open(office: Office, phone: Phone, smtp_port: int | None, app: Starlette) -> AsyncIterator[None]:
    """What runs beside the addresses: the phone's postman, and the mailbox if it has a port."""
    async with AsyncExitStack() as stack:
        stack.callback(office.memory.close)
        stack.callback(phone.outbox.close)
        await stack.enter_async_context(walking(phone))
        if smtp_port is not None:
            mailbox = Mailbox(phone.outbox, office.plan, office.clock, Counts())
            opened = open_mailbox(mailbox, smtp_port, mail_context(app.state.tls_file))
            app.state.smtp_address = await stack.enter_async_context(opened)
        yield


def _soap_routes(office: Office, latency_s: float) -> list[Route]:
    windows = {
        address: SoapWindow(office, "billService", BILL, partial(serve_bill, office, counter), latency_s)
        for address, counter in _BILL_ADDRESSES.items()
    }
    if not office.in_beta:  # SUNAT's beta has no consult service
        consult = partial(serve_consult, office)
        windows[_CONSULT_ADDRESS] = SoapWindow(office, "billConsultService", CONSULT, consult, latency_s)
    return [Route(address, window.serve, methods=["GET", "POST"]) for address, window in windows.items()]


def _rest_routes(office: Office, latency_s: float) -> list[Route]:
    return [
        Route(path, RestWindow(office, operation, partial(act, office), latency_s).serve, methods=[method])
        for path, method, operation, act in _REST_ADDRESSES
    ]
