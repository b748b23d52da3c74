"""Where SUNAT's services are (published addresses, November 2026), and how hard each SUNAT may be pressed.

The simulator has the same paths on its own host. SUNAT's tests offer neither the consult service nor the two REST
services: an empty address means "not offered here".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from onapi.values.scope import Environment


class BillService(StrEnum):
    """Which billService takes a document."""

    SALES = "sales"  # 01 03 04 07 08, RC and RA
    OTHERS = "others"  # 20 40 and RR


@dataclass(frozen=True, slots=True)
class Manners:
    """How one process treats one host of SUNAT. Calls are counted at a time, rates as calls a second, None is any."""

    host_calls: int = 32
    company_calls: int = 12  # fewer than the host's: a company with ten thousand documents leaves room for the others
    host_per_s: float | None = 50
    company_per_s: float | None = 25
    wait_s: float = 5  # how long a call waits for its turn before it gives up, unsent
    failures: int = 5  # in a row, until the circuit opens
    probe_every_s: float = 30
    connect_s: float = 10
    write_s: float = 30
    read_s: float = 75  # SUNAT has been seen to think for more than a minute
    login_read_s: float = 20

    @property
    def longest_call_s(self) -> float:
        """No call of a SOAP service takes longer, but for a host that lets its answer drip."""
        return self.wait_s + self.connect_s + self.write_s + self.read_s

    @property
    def longest_login_s(self) -> float:
        """The same for a login."""
        return self.wait_s + self.connect_s + self.write_s + self.login_read_s

    @property
    def longest_guide_s(self) -> float:
        """The same for a call with a token: it waits for a login or makes one, and again after a 401."""
        return 2 * self.longest_login_s + self.login_read_s + self.longest_call_s


POLITE = Manners()
BRISK = Manners(host_calls=64, company_calls=48, host_per_s=None, company_per_s=None, probe_every_s=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The addresses of one environment; in those of tokens, `{client_id}` stands for the asker's."""

    bill: str
    other_bill: str
    consult: str = ""
    guide_token: str = ""
    guides: str = ""
    validity_token: str = ""
    validity: str = ""
    manners: Manners = POLITE

    def bill_service(self, service: BillService) -> str:
        """The billService that takes these documents."""
        return self.bill if service is BillService.SALES else self.other_bill

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that is offered."""
        found = (self.bill, self.other_bill, self.consult, self.guide_token, self.guides)
        return tuple(address for address in (*found, self.validity_token, self.validity) if address)


_SALES = "ol-ti-itcpfegem"
_OTHERS = "ol-ti-itemision-otroscpe-gem"
_CONSULT = "ol-it-wsconscpegem/billConsultService"
_GUIDE_TOKEN = "v1/clientessol/{client_id}/oauth2/token/"  # noqa: S105 - an address, no token
_GUIDES = "v1/contribuyente/gem/comprobantes"
_VALIDITY_TOKEN = "v1/clientesextranet/{client_id}/oauth2/token/"  # noqa: S105 - an address, no token
_VALIDITY = "v1/contribuyente/contribuyentes"

ENDPOINTS: Mapping[Environment, Endpoints] = MappingProxyType(
    {
        Environment.BETA: Endpoints(
            bill=f"https://e-beta.sunat.gob.pe/{_SALES}-beta/billService",
            other_bill=f"https://e-beta.sunat.gob.pe/{_OTHERS}-beta/billService",
        ),
        Environment.PRODUCTION: Endpoints(
            bill=f"https://e-factura.sunat.gob.pe/{_SALES}/billService",
            other_bill=f"https://e-factura.sunat.gob.pe/{_OTHERS}/billService",
            consult=f"https://e-factura.sunat.gob.pe/{_CONSULT}",
            guide_token=f"https://api-seguridad.sunat.gob.pe/{_GUIDE_TOKEN}",
            guides=f"https://api-cpe.sunat.gob.pe/{_GUIDES}",
            validity_token=f"https://api-seguridad.sunat.gob.pe/{_VALIDITY_TOKEN}",
            validity=f"https://api.sunat.gob.pe/{_VALIDITY}",
        ),
    }
)


def endpoints_at(base: str, manners: Manners = BRISK) -> Endpoints:
    """The same services, all on one host: the simulator's."""
    host = base.rstrip("/")
    return Endpoints(
        bill=f"{host}/{_SALES}/billService",
        other_bill=f"{host}/{_OTHERS}/billService",
        consult=f"{host}/{_CONSULT}",
        guide_token=f"{host}/{_GUIDE_TOKEN}",
        guides=f"{host}/{_GUIDES}",
        validity_token=f"{host}/{_VALIDITY_TOKEN}",
        validity=f"{host}/{_VALIDITY}",
        manners=manners,
    )
