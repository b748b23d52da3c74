"""A stack for a fuzzer, in a process of its own: tells where it is and who may call what, serves until its input ends.

`python fuzzed_stack.py FOLDER`. Limits of pace are lifted, no name that the fuzzer invents is looked up, and its users
keep out of each other's way: who administers a company cannot spoil the credentials that another issues with.
"""

import json
import socket
import sys
import traceback
from base64 import b64encode
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

from api_stack import OTHER_RUC, PASSWORD, RUC, Stack, clock, running
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from PIL import Image

from onapi.api import examples, webhooks
from onapi.api.shapes.message_examples import EMAIL_WISH
from onapi.api.tokens import Tokens
from onapi.flows import enrol, sign_in
from onapi.flows.enrol import signer_of
from onapi.flows.roads import company_of
from onapi.gateways import egress
from onapi.library.receipt import read
from onapi.settings import CLIENT_ID
from onapi.sign.certificate import Signer, self_signed
from onapi.store import credentials
from onapi.store.token_keys import KeyRing
from onapi.values.identity import RUC as IS_RUC
from onapi.values.party import Address, Party

ISSUER, ADMIN, CHANGER = "emite@fuzz.local", "administra@fuzz.local", "cambia@fuzz.local"
_UNLIMITED = {"rate_per_token": 0, "rate_per_company": 0, "rate_per_address": 0}


def _nowhere(*_: object, **__: object) -> NoReturn:
    raise socket.gaierror("no name has an address here")


def _token(stack: Stack, name: str, ruc: str) -> str:
    """Of a user without a session: no operation of his ends it."""
    platform = stack.platform
    sign_in.register(platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=(ruc,))
    with platform.database.reading() as connection:
        user = credentials.find_by_name(connection, CLIENT_ID, name)
    assert user is not None
    return Tokens(KeyRing(stack.house.settings.tokens), timedelta(days=1)).make(user, clock())


def _enrol(stack: Stack) -> Signer:
    """The company that is administered; gives what it signs with."""
    scope, name = stack.platform.scope(OTHER_RUC), "EMPRESA ADMINISTRADA S.A.C."
    signer = self_signed(OTHER_RUC, name, clock())
    enrol.enrol(stack.platform, Party(IS_RUC, OTHER_RUC, name, "", Address("JR. CUSCO 100", "150101")))
    enrol.keep_signer(stack.platform, scope, signer)
    enrol.set_sol(stack.platform, scope, "MODDATOS", "moddatos")
    return signer


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _issued_elsewhere(stack: Stack) -> str:
    company = company_of(stack.platform, stack.platform.scope(RUC))
    document = {**examples.FACTURA["document"], "correlativo": "70001"}
    return _text(read(document, issuer=company.party, now=clock()).sign(signer_of(stack.platform, company)).xml)


def _sound(stack: Stack, token: str, signer: Signer) -> dict[str, Any]:
    """What the document's examples cannot show, because it is true of this one stack alone, by operation."""
    lock = BestAvailableEncryption(b"clave")
    file = pkcs12.serialize_key_and_certificates(b"x", signer.key, signer.certificate, None, lock)
    picture = BytesIO()
    Image.new("RGB", (300, 200), (29, 78, 216)).save(picture, "PNG")
    link = stack.call("GET", f"url/xml/{RUC}/01/F001/201", token=token).json()["url"]
    session = stack.call("GET", "sessions", token=stack.login(ISSUER, PASSWORD)["token"]).json()["items"][0]["id"]
    company = {"path_parameters": {"ruc": OTHER_RUC}}
    template = {"path_parameters": {"ruc": OTHER_RUC, "name": "recibo"}}
    user = {"username": "caja@fuzz.local", "password": "cuatro sogas verdes al sol", "rucs": [OTHER_RUC]}
    return {
        "authenticate": {"body": {"username": ISSUER, "password": PASSWORD}},
        "refresh_token": {"body": {"refreshToken": stack.login(ISSUER, PASSWORD)["refresh_token"]}},
        "change_own_password": {"body": {"current": PASSWORD, "new": "ocho barcos lejos del muelle"}},
        "create_user": {"body": user},
        "store_xml": {"body": {"xml": _issued_elsewhere(stack)}},
        "retry": {"path_parameters": {"ruc": RUC, "doctype": "01", "serie": "F001", "number": "200"}},
        "send_email": {"body": {**EMAIL_WISH, "force": True}},
        "end_session": {"path_parameters": {"session": session}},
        "linked_file": {"path_parameters": {"token": link.rpartition("/")[2]}},
        "put_company_certificate": {**company, "body": {"certificate": _text(file), "password": "clave"}},
        "put_company_logo": {**company, "body": {"logo": _text(picture.getvalue())}},
        "get_company_logo": company,
        **dict.fromkeys(("get_company_template", "put_company_template"), template),
    }


def _issue(stack: Stack, token: str) -> None:
    """A factura that SUNAT accepted, and two that were only signed."""
    signed = [
        {"ruc": RUC, "document": {**examples.FACTURA["document"], "correlativo": number}, "options": {"send": False}}
        for number in ("200", "201")
    ]
    for body in (examples.FACTURA, *signed):
        sent = stack.call("POST", "sendMessage", token=token, json=body)
        assert sent.status_code == 201, sent.text


def _told_of(stack: Stack, token: str) -> dict[str, Any]:
    """An endpoint that nobody reaches, and a message that it was sent."""
    at = "admin/webhooks"
    kept = stack.call("PUT", at, token=token, json={"url": "https://erp.ejemplo.pe/fuzz"})
    endpoint = kept.json()["id"]
    sent = stack.call("POST", f"{at}/{endpoint}/test", token=token).json()
    known = {"path_parameters": {"endpoint_id": endpoint, "delivery_id": sent["id"]}}
    return {"get_delivery": known, "replay_delivery": known}


def main(home: Path) -> None:
    """Serve until the input ends."""
    egress.getaddrinfo = _nowhere
    webhooks.SETTLE_S = 0.0  # no other process has to learn of an endpoint
    with running(home, **_UNLIMITED, webhook_allow_local=False) as stack:
        signer = _enrol(stack)
        tokens = {
            "issuer": _token(stack, ISSUER, RUC),
            "admin": _token(stack, ADMIN, OTHER_RUC),
            "changer": _token(stack, CHANGER, RUC),
        }
        _issue(stack, tokens["issuer"])
        sound = _sound(stack, tokens["issuer"], signer) | _told_of(stack, tokens["admin"])
        address = str(stack.http.base_url).rstrip("/")
        sys.stdout.write(json.dumps({"address": address, "tokens": tokens, "sound": sound}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
        for line in stack.log:
            if line["event"] == "unforeseen error":
                traceback.print_exception(line["exc_info"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
