"""Which service of SUNAT takes a document, with whose credentials, and which one tells what became of it."""

from datetime import timedelta

from onapi.errors import Misconfigured
from onapi.flows.enrol import guide_account_of, sol_of
from onapi.flows.platform import Platform
from onapi.gateways.door import Talk
from onapi.gateways.sunat import Service, SolAccount
from onapi.kinds.kind import Route
from onapi.store import companies
from onapi.store.companies import Company
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.values.scope import Scope

_OTHERS = frozenset({Route.OTHER_BILL, Route.OTHER_SUMMARY})
_LONGEST_CALL = timedelta(seconds=150)
_LONGEST_GUIDE_CALL = timedelta(seconds=330)  # it may have to log in first, and again after a 401


def longest_call(submission: Submission) -> timedelta:
    """No send takes longer: whoever finds one older knows that its process died."""
    return _LONGEST_GUIDE_CALL if submission.route == Route.GRE else _LONGEST_CALL


def company_of(platform: Platform, scope: Scope) -> Company:
    """The company of a document that is kept."""
    with platform.database.reading() as connection:
        company = companies.find(connection, scope)
    if company is None:
        raise AssertionError("a document without its company")  # the database holds a foreign key on it
    return company


def account_for(platform: Platform, company: Company, submission: Submission) -> SolAccount:
    """The credentials of this road; Misconfigured where the company has not enrolled them."""
    if submission.route != Route.GRE:
        return sol_of(platform, company)
    account = guide_account_of(platform, company)
    if not platform.sunat.can_send_guide(account):
        sentence = "La empresa no tiene credenciales de la API de guías, o este ambiente no ofrece ese servicio."
        raise Misconfigured(sentence, key="gre_credentials_missing")
    return account


def send(platform: Platform, account: SolAccount, document: StoredDocument, submission: Submission, xml: bytes) -> Talk:
    """Send it where it belongs."""
    name = document.receipt.file_name
    match Route(submission.route):
        case Route.BILL | Route.OTHER_BILL:
            return platform.sunat.send_bill(account, name, xml, _service(submission))
        case Route.SUMMARY | Route.OTHER_SUMMARY:
            return platform.sunat.send_summary(account, name, xml, _service(submission))
        case Route.GRE:
            return platform.sunat.send_guide(account, name, xml)


def ask_ticket(platform: Platform, account: SolAccount, submission: Submission) -> Talk:
    """Ask what became of the ticket, at the service that gave it."""
    ticket = submission.ticket or ""
    if submission.route == Route.GRE:
        return platform.sunat.ask_guide(account, ticket)
    return platform.sunat.ask_ticket(account, ticket, _service(submission))


def _service(submission: Submission) -> Service:
    return Service.OTHERS if submission.route in _OTHERS else Service.SALES
