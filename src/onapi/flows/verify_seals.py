"""Seals followed one after the other, each with the lines that it is over, until one no longer fits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from onapi.flows.damage import ADDED, CHANGED, MISSING, Damage
from onapi.store.record_lines import RECORDS, Line
from onapi.store.seals import BEGINNING, Seal, marks_of, sealed


@dataclass(slots=True)
class Chain:
    """How far the seals were followed; what does not fit is added to `damages`."""

    damages: list[Damage]
    number: int = 0  # of the last seal
    lines: int = 0
    befores: tuple[bytes, ...] = (BEGINNING,)  # digests of the last seal: as kept, and as it should be; () if unknown
    ends: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(RECORDS, 0))  # None: unknown

    def follow(self, seal: Seal, found: Sequence[Line]) -> None:
        """The next seal, and the lines that are there between its ids."""
        if seal.number != self.number + 1:
            self._lose(MISSING, self.number + 1)
        self.number = seal.number
        marks = marks_of(seal.marks)
        if not self._is_over(seal, marks):
            self._lose(CHANGED, seal.number, seal.digest)
            return
        self._compare(seal, marks, found)
        self.ends[seal.record] = seal.upto_id
        self.lines += len(found)

    def _is_over(self, seal: Seal, marks: Mapping[int, bytes]) -> bool:
        """Whether it says which lines it is over, and that they follow on those before."""
        if seal.record not in RECORDS or not marks:
            return False
        return seal.upto_id == max(marks) and self.ends[seal.record] in {None, seal.after_id}

    def _compare(self, seal: Seal, marks: Mapping[int, bytes], found: Sequence[Line]) -> None:
        """Against the seal as it should be over these lines; where they do not fit, its marks say which."""
        right = [_as_it_should_be(seal, found, before) for before in self.befores] if found else []
        changed = [*_changed(seal, marks, found)]
        self.befores = (seal.digest,)
        if seal in right or not (changed or right):
            return
        if changed and seal.digest not in {each.digest for each in right}:
            self.damages += changed
            return
        self.damages.append(Damage("seals", f"{seal.number}", CHANGED))
        self.befores = (seal.digest, *(each.digest for each in right))

    def _lose(self, what: str, number: int, *digest: bytes) -> None:
        """It cannot be told which lines a seal is over: where the next ones begin has to be taken from them."""
        self.damages.append(Damage("seals", f"{number}", what))
        self.befores, self.ends = digest, dict.fromkeys(RECORDS)


def _as_it_should_be(seal: Seal, found: Sequence[Line], before: bytes) -> Seal:
    return sealed(seal.environment, seal.number, seal.record, seal.after_id, lines=found, before=before)


def _changed(seal: Seal, marks: Mapping[int, bytes], found: Sequence[Line]) -> Iterator[Damage]:
    now = {line.id: line.digest[:8] for line in found}
    for each in sorted(now.keys() | marks.keys()):
        if now.get(each) != marks.get(each):
            what = MISSING if each not in now else ADDED if each not in marks else CHANGED
            yield Damage(seal.record, f"{each}", what)
