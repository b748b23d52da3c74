"""The second wall: row-level security of PostgreSQL, behind the conditions of our own queries.

Each transaction says in its first words for whom it is (`acting`), and PostgreSQL forgets that when it ends, however it
ends. Each table of companies has a policy that shows and takes no other rows (migration 0009); its owner obeys too.
A superuser never obeys, so whoever signs in as one goes on as a role of ours that does. SQLite has no second wall.
"""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, text

from onapi.store.acting import NOBODY, Acting, acting

ROLE: Final = "onapi_walled"
_MAKE_ROLE = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onapi_walled') THEN
    BEGIN
      CREATE ROLE onapi_walled NOLOGIN NOSUPERUSER NOBYPASSRLS INHERIT;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- it was made just now, for another database of this server
    END;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_auth_members WHERE roleid = 'onapi_walled'::regrole AND member = session_user::regrole)
    AND NOT pg_has_role('onapi_walled', session_user, 'MEMBER')
  THEN
    EXECUTE format('GRANT %I TO onapi_walled', session_user);  -- the rights of the owner, not his exemption
  END IF;
END $$
"""
_BYPASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
_SUPER = "SELECT rolsuper FROM pg_roles WHERE rolname = session_user"
_ROLE_IS_THERE = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onapi_walled')"
_UNWALLED = text(
    "SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('environment', 'ruc')"
    " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
    " GROUP BY c.oid HAVING count(*) = 2 AND NOT (bool_and(c.relrowsecurity) AND bool_and(c.relforcerowsecurity))"
)


def stand_behind(raw: Any) -> None:  # noqa: ANN401  psycopg's connection, as the pool gives it
    """Go on as a role that obeys, where the one that signed in does not; what is in the way, `onapi doctor` tells."""
    found = raw.execute(_BYPASSES).fetchone()
    if found and found[0] and raw.execute(_ROLE_IS_THERE).fetchone()[0]:
        try:
            raw.execute(f"SET ROLE {ROLE}")
        except raw.Error:  # a role that is no superuser, but exempt
            raw.rollback()
    raw.commit()


def make_role(connection: Connection) -> None:
    """The role that a superuser goes on as, made where it is missing: a backup does not carry it to another server."""
    if connection.execute(text(_SUPER)).scalar():
        connection.execute(text(_MAKE_ROLE))


def trouble(connection: Connection) -> str:
    """Why the wall does not stand on PostgreSQL, in a word: bypassed or missing; "" if it does."""
    if connection.execute(text(_BYPASSES)).scalar():
        return "bypassed"
    return "missing" if connection.execute(_UNWALLED).first() else ""


def begin(connection: Connection) -> None:
    """Begin a transaction of PostgreSQL that says for whom it is, in the one message that begins it."""
    whom = acting()
    if whom == NOBODY:
        return
    raw: Any = connection.connection.dbapi_connection
    try:
        failed = bool(raw.pgconn.exec_(b"BEGIN; " + _words(whom)).error_message)
    except raw.Error:
        failed = True
    if failed:
        connection.exec_driver_sql(_words(whom).decode())  # what is wrong, said in the words that callers know


@lru_cache(4096)
def _words(whom: Acting) -> bytes:
    if whom.everyone:
        return b"SET LOCAL onapi.everyone = 'yes'"
    said = {"environment": whom.environment, "rucs": ",".join(sorted(whom.rucs)), "credential": whom.credential}
    return "; ".join(f"SET LOCAL onapi.{name} = {_quoted(value)}" for name, value in said.items()).encode()


def _quoted(value: str) -> str:
    if "\0" in value:
        raise ValueError("a name with a zero in it")
    return "'" + value.replace("'", "''") + "'"
