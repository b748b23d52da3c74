"""How the Graph API says no: the errors of `errors.tsv`, in an answer and in the news of a message that failed."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from onapi.errors import Refused
from onapi.simulator.rest import Told

UNKNOWN: Final = "131000"
_PAGE: Final = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


@dataclass(frozen=True, slots=True)
class GraphError:
    """A row of the table."""

    code: str
    status: int  # HTTP
    title: str
    details: str

    @property
    def in_news(self) -> dict[str, object]:
        """As the news of a message that failed have it."""
        words = {"title": self.title, "message": self.title, "error_data": {"details": self.details}, "href": _PAGE}
        return {"code": int(self.code), **words}


@cache
def graph_errors() -> Mapping[str, GraphError]:
    """The whole table, by code."""
    with Path(__file__).with_name("errors.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        found = [GraphError(row["code"], int(row["status"]), row["title"], row["details"]) for row in rows]
    return {each.code: each for each in found}


def graph_error(code: str) -> GraphError:
    """A row by its code, however many zeros stand before it; what is unknown is "something went wrong"."""
    known = graph_errors()
    return known.get(code.lstrip("0") or "0", known[UNKNOWN])


def denied(code: str, details: str = "", subcode: int = 0) -> Refused:
    """The phone's own no, ready to be raised; `details` where the request itself says what is wrong."""
    return Refused(details or graph_error(code).details, code=code, subcode=subcode)


def told_denied(refused: Refused) -> Told:
    """An error as the Graph API answers it."""
    error = graph_error(str(refused.facts["code"]))
    body: dict[str, object] = {
        "message": f"(#{error.code}) {error.title}",
        "type": "OAuthException",
        "code": int(error.code),
        "error_data": {"messaging_product": "whatsapp", "details": str(refused)},
        "fbtrace_id": token_urlsafe(12),
    }
    if refused.facts.get("subcode"):
        body["error_subcode"] = refused.facts["subcode"]
    return Told(error.status, {"error": body})
