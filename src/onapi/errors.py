"""Everything that can go wrong, as one tree.

OnapiError
├── InvalidDocument
├── Unreadable
├── Unauthenticated
├── Forbidden
├── NotFound
├── Conflict
├── Throttled
├── Refused
├── Unreachable
├── Unstored
└── Misconfigured

Each class has a stable `key`; its docstring is the default sentence. A raised error may narrow the key
(`Conflict(key="document_already_exists")`); the public API turns keys into HTTP statuses in one table.
"""

from typing import ClassVar


class OnapiError(Exception):
    """Something went wrong."""

    default_key: ClassVar[str] = "internal_error"

    def __init__(self, message: str = "", *, key: str | None = None, **facts: object) -> None:
        super().__init__(message or type(self).__doc__)
        self.key = key or self.default_key
        self.facts = facts


class InvalidDocument(OnapiError):
    """The document breaks rules; `facts["faults"]` names every one."""

    default_key = "validation_failed"


class Unreadable(OnapiError):
    """What came in cannot be read at all: it is no JSON, XML, trama or base64."""

    default_key = "malformed_json"


class Unauthenticated(OnapiError):
    """Nobody we know, or no longer."""

    default_key = "token_invalid"


class Forbidden(OnapiError):
    """Known, but not allowed to do this."""

    default_key = "ruc_not_allowed"


class NotFound(OnapiError):
    """We hold no such thing."""

    default_key = "document_not_found"


class Conflict(OnapiError):
    """It exists already, with another content or in another state."""

    default_key = "document_already_exists"


class Throttled(OnapiError):
    """Too many tries; `facts["retry_after_s"]` says when to come back."""

    default_key = "rate_limited"


class Refused(OnapiError):
    """The other side said no: `facts` holds its `code`, its `words` and both sides of the `talk`."""

    default_key = "sunat_bad_response"


class Unreachable(OnapiError):
    """No answer came. It may have arrived: recover before sending again."""

    default_key = "sunat_unavailable"


class Unstored(OnapiError):
    """The disk is full, or the database or the files do not answer; whoever repeats the same request loses nothing."""

    default_key = "storage_unavailable"


class Misconfigured(OnapiError):
    """The platform lacks something that only its owner can give: a certificate, a password, a setting."""

    default_key = "provider_not_configured"
