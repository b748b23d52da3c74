"""What every table is made with: names of constraints, the columns that say whose a row is, partial indexes."""

from sqlalchemy import BigInteger, Index, Integer, MetaData, text

from onapi.values.scope import Scope

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def owner(scope: Scope) -> dict[str, str]:
    """The two columns that say whose row it is."""
    return {"environment": scope.environment.value, "ruc": scope.ruc}


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that matter; a query finds it by saying the same condition."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


LIVE = "state NOT IN ('SETTLED', 'VOIDED')"  # the few that are still on their way, among the many that have arrived
RARE = (
    "state = 'VOIDED' OR outcome = 'OBSERVED' OR outcome = 'REJECTED'"  # the few that lists ask for among the arrived
)
Row = BigInteger().with_variant(Integer, "sqlite")  # ids that outlive two thousand million lines
