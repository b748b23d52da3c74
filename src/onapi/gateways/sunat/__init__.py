"""SUNAT's web services: the protocol that flows speak, and the implementation over SOAP."""

from onapi.gateways.sunat.answer import Answer, Kind, read_answer
from onapi.gateways.sunat.calls import SolAccount, Sunat
from onapi.gateways.sunat.endpoints import ENDPOINTS, Endpoints, endpoints_at

__all__ = ["ENDPOINTS", "Answer", "Endpoints", "Kind", "SolAccount", "Sunat", "endpoints_at", "read_answer"]
