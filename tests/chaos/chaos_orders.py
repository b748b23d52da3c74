"""What callers ask for in a run: documents of every road, repeated until each has its 2xx."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from chaos_stage import BASE, PATIENCE_S, Stage, until

from onapi.values.moment import in_lima

_CUSTOMER = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
_CITIZEN = {"tipoDoc": "1", "numDoc": "45678912", "rznSocial": "JUAN PEREZ ROJAS"}
_LINE = {"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}
_PLACE = {"ubigeo": "150101", "direccion": "AV. DEMO 123"}
SERIES = {"01": "F001", "03": "B001", "20": "R001", "09": "T001"}


@dataclass
class Orders:
    """The orders of one company, and what was promised for each."""

    stage: Stage
    ruc: str
    promised: dict[str, dict[str, Any]] = field(default_factory=dict)  # by the key of the request
    voided: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)  # documents whose customer is to be told

    def send(self, key: str, doctype: str, *, in_summary: bool = False) -> dict[str, Any]:
        """Ask for a document whose number OnAPI gives; again and again with the same key, until there is a 2xx."""
        document = body_of(doctype, in_lima(self.stage.platform.clock()))
        options: dict[str, Any] = {"wait": 0, **({"boletaMode": "summary"} if in_summary else {})}
        if doctype == "01":
            options["notify"] = {"emails": [self.address]}
        order = {"ruc": self.ruc, "doctype": doctype, "document": document, "options": options}
        found = self._post("/sendMessage", order, {"Idempotency-Key": f"{self.ruc}:{key}"})
        self.promised[key] = found
        self.told |= {found["id"]} if doctype == "01" else set()
        return found

    @property
    def address(self) -> str:
        """Where its customer reads that a factura was accepted."""
        return f"cliente-{self.ruc}@cliente.example"

    def void(self, record: dict[str, Any]) -> None:
        """Ask for the voiding of a document; who asks again is told that it is under way."""
        path = f"/cancel/{self.ruc}/{record['doctype']}/{record['serie']}/{record['number']}?wait=0"
        self._post(path, {"reason": "error de digitación"}, {}, done=(409, 422))
        self.voided.append(record["name"])

    def _post(
        self, path: str, body: dict[str, Any], headers: dict[str, str], done: tuple[int, ...] = ()
    ) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        answer: httpx2.Response | None = None
        while time.monotonic() < deadline:
            try:
                answer = self.stage.http.post(path, json=body, headers=headers)
            except httpx2.TransportError:
                time.sleep(0.05)
                continue
            if answer.is_success or answer.status_code in done:
                found: dict[str, Any] = answer.json()
                return found
            if answer.status_code in {409, 500, 502, 503, 504}:
                time.sleep(0.05)
                continue
            break
        raise AssertionError(answer.text if answer is not None else "no answer")

    def await_verdict(self, record: dict[str, Any]) -> None:
        """Wait until SUNAT has spoken."""
        path = record["links"]["self"].removeprefix(BASE)
        until(
            lambda: self.stage.http.get(path, params={"wait": 5}).json()["status"] == "ACCEPTED",
            lambda: self.stage.log("worker"),
        )


def body_of(doctype: str, now: datetime) -> dict[str, Any]:
    """A small document of a kind."""
    head = {"serie": SERIES[doctype], "fechaEmision": now.isoformat(timespec="seconds")}
    if doctype == "01":
        return {**head, "client": _CUSTOMER, "details": [_LINE]}
    if doctype == "03":
        return {**head, "client": _CITIZEN, "details": [_LINE]}
    return {**head, **(_retention(now) if doctype == "20" else _guide(now))}


def _retention(now: datetime) -> dict[str, Any]:
    today, before = f"{now:%Y-%m-%d}", f"{now - timedelta(days=5):%Y-%m-%d}"
    paid = {"moneda": "PEN", "importe": 1180, "fecha": today}
    sums = {"impRetenido": "35.40", "impPagar": "1144.60", "fechaRetencion": today, "pagos": [paid]}
    line = {"tipoDoc": "01", "numDoc": "F001-100", "fechaEmision": before, "moneda": "PEN", "impTotal": 1180, **sums}
    whole = {"regimen": "01", "tasa": "3.00", "impRetenido": "35.40", "impPagado": "1144.60", "details": [line]}
    return {**whole, "proveedor": {**_CUSTOMER, "address": _PLACE}}


def _guide(now: datetime) -> dict[str, Any]:
    driver = {"tipo": "Principal", "tipoDoc": "1", "nroDoc": "12345678", "licencia": "Q12345678"}
    named = {**driver, "nombres": "JUAN", "apellidos": "PEREZ LOPEZ"}
    way = {"codTraslado": "01", "desTraslado": "VENTA", "modTraslado": "02", "fecTraslado": f"{now:%Y-%m-%d}"}
    load = {"pesoTotal": 10, "undPesoTotal": "KGM", "vehiculo": {"placa": "ABC123"}, "choferes": [named]}
    ends = {"partida": _PLACE, "llegada": {"ubigeo": "150115", "direccion": "AV. LLEGADA 1"}}
    line = {"codigo": "P001", "descripcion": "Producto", "unidad": "NIU", "cantidad": 2}
    return {"destinatario": _CUSTOMER, "envio": {**way, **load, **ends}, "details": [line]}
