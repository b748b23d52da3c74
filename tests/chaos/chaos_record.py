"""I11 and I12: what no log may hold, and what no hand may have changed."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from chaos_stage import API_SECRET, PASSWORD, SOL_PASSWORD, Stage

from onapi.flows.seal import seal_all
from onapi.flows.verify import verify
from onapi.store import seals

_BEFORE = 4096  # of a log, once more: a secret may stand across the place where the last look ended
_seen: dict[Path, int] = {}


def check_logs(stage: Stage) -> None:
    """I11: no secret stands in what a process wrote since the last look, in any spelling."""
    secrets = {"password": PASSWORD, "SOL": SOL_PASSWORD, "API of SUNAT": API_SECRET, "token": stage.token}
    for file in sorted(stage.home.glob("*.log")):
        text = _new(file)
        found = [name for name, secret in secrets.items() if any(each in text for each in _spellings(secret))]
        assert not found, f"I11: {file.name} holds {found}"
        assert b"PRIVATE KEY" not in text, f"I11: {file.name} holds a key"


def _new(file: Path) -> bytes:
    """What came to a log since it was last read, and a little more."""
    with file.open("rb") as log:
        log.seek(max(0, _seen.get(file, 0) - _BEFORE))
        text = log.read()
        _seen[file] = log.tell()
    return text


def _spellings(secret: str) -> set[bytes]:
    """As it is, and as people and programs write such a thing down."""
    raw = secret.encode()
    return {raw, b64encode(raw).rstrip(b"="), raw.hex().encode(), quote(secret).encode(), secret.encode("utf-16-le")}


def check_pages(stage: Stage) -> None:
    """Every page that is kept is whole; what a dead process left half written bears another name."""
    for page in (stage.home / "pages").glob("*/*"):
        head, _, content = page.read_bytes().partition(b"\n")
        is_whole = head.split()[-1:] == [sha256(content).hexdigest().encode()]
        assert is_whole or page.suffix == ".part", f"a torn page: {page.name}"


def check_record(stage: Stage) -> None:
    """I12: every line is under a seal, every seal fits the one before it, every state follows from its history."""
    with stage.platform.database.reading() as connection:
        ends = seals.ends(connection, stage.platform.environment)
    seal_all(stage.platform, ends, float("inf"))
    verdict = verify(stage.platform, with_files=False)
    assert verdict.lines > 0, "I12: nothing is sealed"
    assert not verdict.damages, f"I12: {[each.sentence for each in verdict.damages]}"
