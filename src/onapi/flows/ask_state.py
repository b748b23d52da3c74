"""Ask SUNAT for the state of one receipt after another, politely: slowly, and no more once it does not want to talk.

Facturas and their notes are asked about at the consult service, the rest at the Consulta Integrada where the company
has its credentials. Batches, guías, retenciones and percepciones nobody can ask about.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from onapi.errors import OnapiError
from onapi.flows import roads
from onapi.flows.compare import ABSENT, ACCEPTED, REJECTED, VOIDED
from onapi.flows.enrol import DOOR_OF_SOL, sol_of, validity_account_of
from onapi.flows.pause import CREDENTIAL_CODES
from onapi.flows.platform import Platform
from onapi.gateways.door import Talk
from onapi.gateways.sunat import ReceiptState, SolAccount, read_answer, read_validity
from onapi.store import pauses
from onapi.store.checks import NOBODY, SILENCE
from onapi.store.documents import StoredDocument
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment, Scope

CONSULT, VALIDITY = "getStatus", "consulta"
_MOST_SILENCES = 5  # in a row: then SUNAT is left in peace
_REST_S = 0.25
_BY_CODE: Mapping[str, str] = {"0001": ACCEPTED, "0002": REJECTED, "0003": VOIDED, "0011": ABSENT}
_BY_STATE: Mapping[ReceiptState, str] = {
    ReceiptState.ACCEPTED: ACCEPTED,
    ReceiptState.VOIDED: VOIDED,
    ReceiptState.NOT_FOUND: ABSENT,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What SUNAT said of a receipt."""

    channel: str
    word: str | None = None  # None where nobody told
    talk: Talk | None = None


@dataclass(slots=True)
class Asker:
    """Asks for one reconciliation, and remembers who does not want to be asked."""

    platform: Platform
    rest: Callable[[float], None] = time.sleep
    asked: int = 0
    silences: int = 0  # in a row
    refused: set[tuple[Scope, str]] = field(default_factory=set)  # whose credentials SUNAT does not take
    _accounts: dict[tuple[Scope, str], SolAccount | None] = field(default_factory=dict)

    @property
    def has_given_up(self) -> bool:
        """Whether SUNAT was silent so often that asking more makes no sense now."""
        return self.silences >= _MOST_SILENCES

    def ask(self, document: StoredDocument) -> Told:
        """One question; the talk is given back raw, to be kept where it matters."""
        channel, account = self._door(document.scope, document.receipt)
        if account is None or self.has_given_up:
            return Told(SILENCE if account else channel)
        if channel == CONSULT:
            return self._heard(document.scope, self._consult(account, document.receipt))
        self.pause()
        receipt, day, total = document.receipt, document.issue_date, document.total
        talk = self.platform.sunat.ask_validity(account, document.scope.ruc, receipt, day, total)
        return self._heard(document.scope, Told(VALIDITY, _BY_STATE.get(read_validity(talk).state), talk))

    def ask_number(self, scope: Scope, receipt: ReceiptId) -> Told:
        """About a number of which we hold nothing; only the consult service answers that."""
        channel, account = self._door(scope, receipt)
        if account is None or channel != CONSULT or self.has_given_up:
            return Told(NOBODY)
        return self._heard(scope, self._consult(account, receipt))

    def _consult(self, account: SolAccount, receipt: ReceiptId) -> Told:
        self.pause()
        talk = self.platform.sunat.ask_status(account, receipt)
        answer = read_answer(talk)
        return Told(CONSULT, _BY_CODE.get(answer.code) if answer.status else None, talk)

    def _heard(self, scope: Scope, told: Told) -> Told:
        self.asked += 1
        if told.word is not None:
            self.silences = 0
            return told
        code = read_answer(told.talk).code if told.talk else ""
        if code in CREDENTIAL_CODES:
            self.refused.add((scope, told.channel))
        else:
            self.silences += 1
        return Told(SILENCE, None, told.talk)

    def pause(self) -> None:
        """Leave SUNAT a moment before the next question; the simulator needs none."""
        if self.platform.environment is not Environment.SANDBOX:
            self.rest(_REST_S)

    def _door(self, scope: Scope, receipt: ReceiptId) -> tuple[str, SolAccount | None]:
        """Whom to ask, with which account; without one, whether somebody could be asked another time."""
        sunat = self.platform.sunat
        if sunat.can_ask(receipt) and (account := self._account(scope, CONSULT)):
            return CONSULT, account
        account = self._account(scope, VALIDITY)
        if account and sunat.can_ask_validity(account, receipt):
            return VALIDITY, account
        is_shut = sunat.can_ask(receipt) or (scope, VALIDITY) in self.refused
        return SILENCE if is_shut else NOBODY, None

    def _account(self, scope: Scope, channel: str) -> SolAccount | None:
        place = (scope, channel)
        if place in self.refused:
            return None
        if place not in self._accounts:
            self._accounts[place] = self._opened(scope, channel)
        return self._accounts[place]

    def _opened(self, scope: Scope, channel: str) -> SolAccount | None:
        """A company that SUNAT does not let in is not tried at its door again and again."""
        company = roads.company_of(self.platform, scope)
        try:
            if channel == VALIDITY:
                return validity_account_of(self.platform, company)
            with self.platform.database.reading() as connection:
                stopped = pauses.find(connection, scope, DOOR_OF_SOL)
            return None if stopped else sol_of(self.platform, company)
        except OnapiError:
            return None
