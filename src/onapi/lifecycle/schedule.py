"""When the boletas of a day are gathered into their resumen diario."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from onapi.values.moment import LIMA


@dataclass(frozen=True, slots=True)
class SummaryTime:
    """An hour of Lima on the day after the boletas were issued; None is as soon as somebody looks."""

    at: time | None = None

    def after(self, issue_date: date, now: datetime) -> datetime:
        """When a boleta issued on a day is gathered, seen from now."""
        if self.at is None:
            return now
        return max(now, datetime.combine(issue_date + timedelta(days=1), self.at, LIMA))


AT_ONCE = SummaryTime()


def read_summary_time(text: str) -> SummaryTime:
    """`01:30`, or `` for at once; ValueError for anything else."""
    return SummaryTime(time.fromisoformat(text)) if text else AT_ONCE
