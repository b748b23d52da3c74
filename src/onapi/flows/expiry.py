"""Say aloud that a certificate is about to end: 60, 30, 15, 7 and 1 days before, once each.

What counts is the day on which nothing would sign any more: whoever has loaded the next one hears nothing. A worker
that was away tells the nearest of the days that passed, and not the others; if the end itself passed meanwhile, it says
so within a week, with no days or less than none left.
"""

import math
from datetime import timedelta
from typing import Any

import structlog

from onapi.flows.announce import announce
from onapi.flows.certificates import KEPT_AFTER_END, history
from onapi.flows.platform import Platform
from onapi.store import certificates, companies
from onapi.store.certificates import Certificate
from onapi.values.moment import in_lima, stamp
from onapi.values.scope import Scope

DAYS = (60, 30, 15, 7, 1)
EXPIRING = "certificate.expiring"
_DAY = timedelta(days=1)
_log = structlog.get_logger(__name__)


def warn_of_expiry(platform: Platform) -> int:
    """Announce each certificate that came nearer to its end than was told before; gives how many."""
    now = platform.clock()
    with platform.database.reading() as connection:
        near = companies.expiring(connection, platform.environment, now - KEPT_AFTER_END, now + DAYS[0] * _DAY)
    return sum(_warn(platform, each.scope) for each in near)


def _warn(platform: Platform, scope: Scope) -> bool:
    with_key = [each for each in history(platform, scope) if each.sealed]
    last = max(with_key, key=lambda each: each.not_after, default=None)
    now = platform.clock()
    if last is None:
        return False
    passed = [days for days in DAYS if last.not_after - now <= days * _DAY]
    return bool(passed) and not _is_noted(platform, scope, last, passed[-1]) and _tell(platform, scope, last, passed)


def _is_noted(platform: Platform, scope: Scope, last: Certificate, days: int) -> bool:
    with platform.database.reading() as connection:
        return certificates.is_noted(connection, scope, last.fingerprint, days)


def _tell(platform: Platform, scope: Scope, last: Certificate, passed: list[int]) -> bool:
    """Write down what is told now and what is too late to tell, and tell it; one worker of all does."""
    now = platform.clock()
    left = math.ceil((last.not_after - now) / _DAY)
    platform.queue.open()
    with platform.database.transaction() as connection:
        if not certificates.note_expiry(connection, scope, last.fingerprint, passed[-1], now, told=True):
            return False
        for days in passed[:-1]:
            certificates.note_expiry(connection, scope, last.fingerprint, days, now, told=False)
        told = _told(scope, last, left, passed[-1])
        announce(platform, connection, scope, EXPIRING, told, about=last.fingerprint)
    _log.warning("certificate expiring", ruc=scope.ruc, fingerprint=last.fingerprint, days_left=left)
    return True


def _told(scope: Scope, last: Certificate, left: int, threshold: int) -> dict[str, Any]:
    return {
        "ruc": scope.ruc,
        "daysLeft": left,
        "threshold": threshold,
        "expiresOn": in_lima(last.not_after).date().isoformat(),
        "certificate": {
            "subject": last.subject,
            "issuer": last.issuer,
            "serial": last.serial,
            "fingerprint": last.fingerprint,
            "notAfter": stamp(last.not_after),
        },
    }
