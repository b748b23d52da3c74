"""Whoever was signed in under the first release stays signed in under this one; who was thrown out stays out."""

from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from people_world import ANA, CLIENT, RUC, people
from sqlalchemy import text

from onapi.errors import Unauthenticated
from onapi.flows.refresh_token import new_token, token_digest
from onapi.flows.renew import refresh
from onapi.flows.sessions import open_sessions
from onapi.flows.visitor import Visitor
from onapi.store import sessions
from onapi.store.database import MIGRATIONS, migrate, open_database

BORN = "2026-11-18 15:00:00+00"
SOON, LATE, PAST = "2026-12-18 15:00:00+00", "2026-12-19 15:00:00+00", "2026-11-19 15:00:00+00"
USER = "INSERT INTO credentials VALUES ('u', :client, :name, 'plain:x', '[\"cpe:read\"]', :no, :born)"
RUCS = "INSERT INTO credential_rucs VALUES ('u', :ruc)"
TOKEN = """
INSERT INTO refresh_tokens (digest, family, credential_id, created_at, expires_at, used_at, revoked_at)
VALUES (:digest, :family, 'u', :created, :expires, :used, :revoked)
"""


def old_release(url: str) -> dict[str, str]:
    """A database of revision 0001 with four families: alive, renewed, revoked, expired. Gives their tokens."""
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    database = open_database(url, walled=False)
    given = {name: new_token() for name in ("alive", "renewed", "used", "revoked", "expired")}
    with database.transaction() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "0001")
        connection.execute(text(USER), {"client": CLIENT, "name": ANA, "no": False, "born": BORN})
        connection.execute(text(RUCS), {"ruc": RUC})
        for name, family, created, expires, used, revoked in (
            ("alive", "f1", BORN, SOON, None, None),
            ("used", "f2", BORN, SOON, PAST, None),
            ("renewed", "f2", PAST, LATE, None, None),
            ("revoked", "f3", BORN, SOON, PAST, PAST),
            ("expired", "f4", BORN, PAST, None, None),
        ):
            row = {"family": family, "created": created, "expires": expires, "used": used, "revoked": revoked}
            connection.execute(text(TOKEN), {"digest": token_digest(given[name]), **row})
    database.close()
    migrate(url)
    return given


@pytest.mark.usefixtures("hasher")
def test_who_was_signed_in_stays_so(empty_url: str) -> None:
    given = old_release(empty_url)
    with people(empty_url) as platform:
        assert {each.id for each in open_sessions(platform, "u")} == {"f1", "f2"}
        for name, family in (("alive", "f1"), ("renewed", "f2")):
            found = refresh(platform, given[name], days=30)
            assert (found.session_id, found.credential.rucs) == (family, (RUC,))
            again = refresh(platform, found.refresh_token, days=30)
            assert again.session_id == family
        ended(platform, given["revoked"], "refresh_token_invalid")
        ended(platform, given["expired"], "refresh_token_invalid")
        ended(platform, given["used"], "refresh_token_reused")
        assert {each.id for each in open_sessions(platform, "u")} == {"f1"}
        with platform.database.reading() as connection:
            told = {name: sessions.find(connection, name) for name in ("f1", "f2", "f3")}
        reasons = {name: each.end_reason if each else "gone" for name, each in told.items()}
        assert reasons == {"f1": None, "f2": "replay", "f3": "replay"}
        assert told["f3"] is not None
        assert told["f3"].ended_at is not None


@pytest.mark.usefixtures("hasher")
def test_it_ends_when_it_would_have_ended(empty_url: str) -> None:
    """The first release did not know when a session began: it lasts as long as its last token."""
    given = old_release(empty_url)
    with people(empty_url) as platform:
        following = refresh(platform, given["alive"], days=30).refresh_token
        platform.clock.forward(timedelta(days=28).total_seconds())
        ended(platform, following, "refresh_token_invalid")


def ended(platform: Any, token: str, key: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        refresh(platform, token, days=30, visitor=Visitor("203.0.113.66", "otro"))
    assert refused.value.key == key
