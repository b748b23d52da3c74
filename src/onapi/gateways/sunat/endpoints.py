"""Where SUNAT's services are (published addresses, November 2026). The simulator has the same paths on its own host."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from onapi.values.scope import Environment


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of one environment; `consult` is empty where SUNAT offers none."""

    bill: str
    consult: str


ENDPOINTS: Mapping[Environment, Endpoints] = MappingProxyType(
    {
        Environment.BETA: Endpoints("https://e-beta.sunat.gob.pe/ol-ti-itcpfegem-beta/billService", ""),
        Environment.PRODUCTION: Endpoints(
            "https://e-factura.sunat.gob.pe/ol-ti-itcpfegem/billService",
            "https://e-factura.sunat.gob.pe/ol-it-wsconscpegem/billConsultService",
        ),
    }
)


def endpoints_at(base: str) -> Endpoints:
    """The same services on another host: the simulator's."""
    host = base.rstrip("/")
    return Endpoints(f"{host}/ol-ti-itcpfegem/billService", f"{host}/ol-it-wsconscpegem/billConsultService")
