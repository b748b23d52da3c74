"""How a company wants its boletas reported: one by one or in the resumen of their day, and at which hour.

What it does not say, the platform's settings say.
"""

from collections.abc import Mapping
from datetime import time
from typing import Any

from onapi.flows.platform import Platform
from onapi.lifecycle.schedule import SummaryTime
from onapi.store.companies import Company


def reports_in_summary(company: Company) -> bool:
    """Whether boletas that do not say how they go, go in the resumen diario."""
    return _said(company).get("boletaMode") == "summary"


def summary_time(platform: Platform, company: Company) -> SummaryTime:
    """When its boletas are gathered."""
    at = _said(company).get("summaryAt")
    return SummaryTime(time.fromisoformat(at)) if at else platform.summary_time


def _said(company: Company) -> Mapping[str, Any]:
    return (company.about and company.about.sender) or {}
