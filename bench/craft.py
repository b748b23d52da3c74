"""Complete, check, build and sign, in documents for each second of CPU, with the machine's RSA rate beside."""

import json
import multiprocessing
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from figures import show

from onapi import read
from onapi.kinds.kind import TotalsMode
from onapi.sign.certificate import Signer, self_signed
from onapi.sign.xmldsig import sign
from onapi.ubl.schema import schema_faults

_RUNS = 5
_NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
_COMPANY = {"ruc": "20000000001", "razonSocial": "EMPRESA DE PRUEBA S.A.C.", "address": {"ubigeo": "150101"}}
_CLIENT = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
_MANY = 10_000


def sample(lines: int) -> dict[str, Any]:
    """A factura of so many lines, as a caller writes it."""
    line = {
        "codProducto": "TEC-01",
        "codProdSunat": "43211706",
        "descripcion": "Teclado mecánico",
        "cantidad": 2,
        "mtoValorUnitario": "100.5",
    }
    head = {"tipoDoc": "01", "serie": "F001", "correlativo": 1, "fechaEmision": "2026-11-22"}
    return {**head, "company": _COMPANY, "client": _CLIENT, "details": [line] * lines}


def _summary(lines: int) -> dict[str, Any]:
    one = {"tipoDoc": "03", "estado": "1", "clienteTipo": "1", "clienteNro": "12345678", "mtoOperGravadas": "100.00"}
    details = [{**one, "serieNro": f"B001-{n}", "total": "118.00", "mtoIGV": "18.00"} for n in range(1, lines + 1)]
    head = {"tipoDoc": "RC", "fecGeneracion": "2026-11-21", "fecResumen": "2026-11-22", "correlativo": 1}
    return {**head, "company": _COMPANY, "moneda": "PEN", "details": details}


def _rate(work: Callable[[], object], times: int) -> float:
    """How often for each second of CPU."""
    started = time.process_time()
    for _ in range(times):
        work()
    return times / (time.process_time() - started)


def _measure(name: str, document: dict[str, Any], times: int, signer: Signer) -> None:
    receipt = read(document, now=_NOW)
    if receipt.errors or receipt.taken is None:
        raise AssertionError(f"the sample is refused: {receipt.errors[:1]}")
    kind, form, issuer = receipt.kind, receipt.taken.form, receipt.taken.issuer

    def build(made: object = receipt.document) -> bytes:
        return sign(kind.build(made), signer, kind.signature_id).xml

    def whole() -> bytes:
        return build(kind.complete(form, issuer, _NOW, TotalsMode.CHECK))

    def rules() -> object:
        return kind.faults(form, receipt.document, TotalsMode.CHECK)

    xml = build()
    show(f"build and sign, {name}", [_rate(build, times) for _ in range(_RUNS)], "/CPU s")
    show(f"complete, build and sign, {name}", [_rate(whole, times) for _ in range(_RUNS)], "/CPU s")
    show(f"all rules, {name}", [1000 / _rate(rules, times) for _ in range(_RUNS)], "ms CPU")
    show(f"XSD, {name}", [1000 / _rate(lambda: schema_faults(xml), times) for _ in range(_RUNS)], "ms CPU")


def _mebibytes(lines: int, into: Any) -> None:  # noqa: ANN401  - a queue between processes
    """Build and sign many facturas from their JSON, every rule checked, and tell the most memory it ever took."""
    signer = self_signed("20000000001", "EMPRESA", _NOW)
    text = json.dumps(sample(lines))
    for number in range(1, _MANY + 1):
        receipt = read(text.replace('"correlativo": 1', f'"correlativo": {number}'), now=_NOW)
        receipt.sign(signer)
    status = open("/proc/self/status", encoding="ascii").read()  # noqa: PTH123, SIM115  - read at once
    into.put(int(status.partition("VmHWM:")[2].split()[0]) / 1024)


def run() -> None:
    """Print every figure."""
    signer = self_signed("20000000001", "EMPRESA", _NOW)
    rsa = [_rate(lambda: signer.key.sign(b"x", padding.PKCS1v15(), hashes.SHA256()), 500) for _ in range(_RUNS)]
    show("RSA-2048 signatures", rsa, "/CPU s")
    for lines, times in ((3, 400), (10, 300), (100, 100)):
        _measure(f"{lines} lines", sample(lines), times, signer)
    _measure("summary of 500", _summary(500), 20, signer)
    queue = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=_mebibytes, args=(3, queue))
    process.start()
    show(f"most memory, {_MANY} documents from JSON", [queue.get()], "MiB")
    process.join()
