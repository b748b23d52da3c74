"""What tests of every room share: a clock that stands still, ids in a row, an issuer with its key, and golden files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from onapi.intake import Taken, read_document
from onapi.kinds.kind import TotalsMode
from onapi.rules.rule import Fault, Level
from onapi.sign.certificate import Signer, self_signed
from onapi.values.identity import RUC
from onapi.values.moment import LIMA
from onapi.values.party import Address, Party

TESTS = Path(__file__).parent
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=LIMA)
ISSUER = Party(
    RUC,
    "20000000001",
    "EMPRESA DE PRUEBA S.A.C.",
    "PRUEBA",
    Address("AV. DEMO 123", "150101", "PE", "LIMA", "LIMA", "LIMA"),
)

Document = Mapping[str, Any]
Golden = Callable[[Path, str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A document after reading, completing and judging; faults of rules carry JSON pointers too."""

    taken: Taken
    sale: Any
    faults: tuple[Fault, ...]  # of the rules
    pointers: tuple[str, ...]  # where those stand in the caller's words

    @property
    def codes(self) -> set[str]:
        """Every code found, by reading or by rules."""
        return {fault.code for fault in (*self.taken.faults, *self.faults)}

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Whatever keeps the document from being issued."""
        return tuple(x for x in (*self.taken.faults, *self.faults) if x.level is Level.ERROR)


Judge = Callable[..., Judged]


LONGEST_FIRST = (  # files that take minutes: begun last, they would keep one process busy while the others are idle
    "api/test_schemathesis.py",
    "chaos/test_kill_points_postgres.py",
    "chaos/test_kill_points.py",
    "chaos/test_response_lost.py",
    "api/test_tenants.py",
    "chaos/test_storm.py",
    "chaos/test_burst.py",
    "hostile/test_secrets_of_processes.py",
    "api/test_log_canaries.py",
    "flow/test_kill.py",
    "people/test_throttle.py",
    "walls/test_two_walls.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; the others stay as they are."""
    rank = {TESTS / name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update` writes golden files anew; look at the difference before you keep it."""
    parser.addoption("--update", action="store_true", help="write golden files anew")


@pytest.fixture(scope="session")
def now() -> datetime:
    """The one moment at which tests happen."""
    return NOW


@pytest.fixture(scope="session")
def clock() -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: NOW


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Ids in a row, the same in every run."""
    numbers: Iterator[int] = count(1)
    return lambda: f"00000000-0000-7000-8000-{next(numbers):012}"


@pytest.fixture(scope="session")
def issuer() -> Party:
    """The company that issues."""
    return ISSUER


@pytest.fixture(scope="session")
def signer() -> Signer:
    """The issuer's key and certificate, made once: a key costs a tenth of a second."""
    return self_signed(ISSUER.id_number, ISSUER.name, NOW)


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Take a document the whole way from JSON values to a sale and its faults."""

    def judged(document: Document, doctype: str = "", mode: TotalsMode = TotalsMode.CHECK) -> Judged:
        taken = read_document(dict(document), doctype, ISSUER, prefix="/document", strict_ruc=True)
        sale = taken.kind.complete(taken.form, taken.issuer, NOW, mode)
        faults = taken.kind.faults(taken.form, sale, mode)
        return Judged(taken, sale, faults, tuple(taken.vocabulary.pointer(fault.path, "/document") for fault in faults))

    return judged


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Golden:
    """Hold a text against a kept file, or with `--update` write it."""
    update = bool(request.config.getoption("--update"))

    def hold(path: Path, text: str) -> None:
        if update:
            path.write_text(text, "utf-8", newline="\n")
        assert path.exists(), f"{path.name} is missing: pytest --update writes it"
        assert text == path.read_text("utf-8")

    return hold


@pytest.fixture(scope="session")
def shared() -> Path:
    """SUNAT's own files, which do not travel with the repository."""
    folder = TESTS.parents[1] / "shared" / "sunat"
    if not folder.is_dir():
        pytest.skip("SUNAT's own files are not here")
    return folder
