"""SUNAT's web services: bills, summaries, guías, and the two that tell what SUNAT holds."""

from onapi.gateways.sunat.account import SolAccount
from onapi.gateways.sunat.answer import Answer, Kind
from onapi.gateways.sunat.calls import Sunat
from onapi.gateways.sunat.circuit import Circuit
from onapi.gateways.sunat.endpoints import BRISK, ENDPOINTS, POLITE, Endpoints, Manners, endpoints_at
from onapi.gateways.sunat.endpoints import BillService as Service
from onapi.gateways.sunat.hearing import read_answer, read_validity
from onapi.gateways.sunat.rest_answer import ReceiptState, Validity

__all__ = [
    "BRISK",
    "ENDPOINTS",
    "POLITE",
    "Answer",
    "Circuit",
    "Endpoints",
    "Kind",
    "Manners",
    "ReceiptState",
    "Service",
    "SolAccount",
    "Sunat",
    "Validity",
    "endpoints_at",
    "read_answer",
    "read_validity",
]
