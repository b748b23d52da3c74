"""Several runs of the same thing, told as median and spread."""

import statistics
from collections.abc import Sequence


def show(name: str, figures: Sequence[float], unit: str) -> None:
    """One line: median, least and most."""
    middle = statistics.median(figures)
    print(f"{name:<44} {middle:>9.1f} {unit:<12} ({min(figures):.1f} to {max(figures):.1f}, {len(figures)} runs)")


def percentile(figures: Sequence[float], share: float) -> float:
    """The figure that this share of them does not exceed."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
