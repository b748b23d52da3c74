"""`verify`: whether anything that was kept has been changed since: lines under their seals, days, files, states.

Each damage is found by itself and located: the line, the seal, the day, the file or the document. Nothing is mended,
and nothing is asked of SUNAT.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidSignature

from onapi.flows.damage import CHANGED, MISSING, Damage
from onapi.flows.platform import Platform
from onapi.flows.seal import head_digest
from onapi.flows.verify_seals import Chain
from onapi.store import record_lines, references, seals
from onapi.store.acting import acting_for_all
from onapi.store.record_lines import RECORDS
from onapi.store.seals import BEGINNING, Seal
from onapi.store.token_keys import TokenKey, read_keys

_PAGE = 200
_NAMED = 1000  # damages whose receipt is looked up


@dataclass(slots=True)
class Verdict:
    """What was looked at, and what is damaged."""

    seals: int = 0
    lines: int = 0
    unsealed: int = 0  # lines that no seal is over yet: they were added a moment ago
    heads: int = 0
    unsigned: int = 0  # heads whose key is gone; a later head is over them
    files: int = 0
    head: str = ""  # digest of the newest head, to compare with the one in a log that is kept elsewhere
    damages: list[Damage] = field(default_factory=list)


@acting_for_all("seals are over the lines of all companies")
def verify(platform: Platform, *, with_files: bool = True, head: str = "") -> Verdict:
    """Look at everything; with many documents that takes minutes, and reads each file once.

    `head` is the digest of a head that was noted elsewhere, in hexadecimal: it must be among those that are here.
    """
    verdict = Verdict()
    heads = _look_at_heads(platform, verdict, _look_at_seals(platform, verdict))
    if head and head not in heads:
        verdict.damages.append(Damage("heads", head[:64], MISSING))
    with platform.database.reading() as connection:
        astray = references.astray(connection, platform.environment)
    verdict.damages += [Damage("states", document, CHANGED, document) for document in astray]
    if with_files:
        _look_at_files(platform, verdict)
    _name(platform, verdict)
    return verdict


def _look_at_seals(platform: Platform, verdict: Verdict) -> Mapping[int, Seal]:
    """Follow all seals; gives those that a head is over."""
    with platform.database.reading() as connection:
        wanted = {head.number for head in seals.all_heads(connection, platform.environment)}
    chain, kept = Chain(verdict.damages), dict[int, Seal]()
    while True:
        with platform.database.reading() as connection:
            found = seals.page(connection, platform.environment, chain.number, most=_PAGE)
            for each in found:
                between = (each.after_id, each.upto_id) if each.record in RECORDS else (0, 0)
                record = each.record if each.record in RECORDS else "acts"
                chain.follow(each, [*record_lines.lines(connection, platform.environment, record, *between)])
        kept |= {each.number: each for each in found if each.number in wanted}
        if len(found) < _PAGE:
            break
    verdict.seals, verdict.lines = chain.number, chain.lines
    with platform.database.reading() as connection:
        ends = seals.ends(connection, platform.environment)
        above = [record_lines.count_after(connection, platform.environment, *end) for end in ends.items()]
    verdict.unsealed = sum(above)
    return kept


def _look_at_heads(platform: Platform, verdict: Verdict, kept: Mapping[int, Seal]) -> frozenset[str]:
    """Each head with its seal, and the head before it; gives the digests of all."""
    keys = {key.kid: key for key in read_keys(platform.head_keys)} if platform.head_keys else dict[str, TokenKey]()
    with platform.database.reading() as connection:
        found = seals.all_heads(connection, platform.environment)
    before = BEGINNING
    for head in found:
        seal, key = kept.get(head.number), keys.get(head.key)
        is_right = seal is not None and head.digest == head_digest(head.environment, head.day, head.key, seal, before)
        if not is_right or (key and not _is_signed(key, head.digest, head.signature)):
            verdict.damages.append(Damage("heads", head.day, CHANGED))
        verdict.heads, verdict.unsigned = verdict.heads + 1, verdict.unsigned + (key is None)
        before, verdict.head = head.digest, head.digest.hex()
    return frozenset(head.digest.hex() for head in found)


def _is_signed(key: TokenKey, digest: bytes, signature: bytes) -> bool:
    try:
        key.private.public_key().verify(signature, digest)
    except InvalidSignature:
        return False
    return True


def _look_at_files(platform: Platform, verdict: Verdict) -> None:
    after = ""
    while True:
        with platform.database.reading() as connection:
            found = references.files(connection, platform.environment, after, most=_PAGE)
        for each in found:
            conditions = {name: platform.blobs.condition(name) for name in each.files}
            verdict.files += len(conditions)
            about = [(name, what) for name, what in conditions.items() if what]
            verdict.damages += [Damage("files", name, what, each.document_id) for name, what in about]
        if len(found) < _PAGE:
            return
        after = found[-1].document_id


def _name(platform: Platform, verdict: Verdict) -> None:
    """Say of which receipts the first damages are."""
    with platform.database.reading() as connection:
        for number, each in enumerate(verdict.damages[:_NAMED]):
            if each.where in RECORDS:
                about = references.receipt_of_line(connection, each.where, int(each.name))
            else:
                about = references.receipt_of(connection, each.about) if each.about else ""
            verdict.damages[number] = replace(each, about=about)
