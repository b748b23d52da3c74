"""The batches that decide about a receipt."""

from dataclasses import dataclass

from onapi.store.receipts import Kept


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The batches that a receipt stands in."""

    summary: Kept | None = None  # reports it
    voiding: Kept | None = None  # voids it
