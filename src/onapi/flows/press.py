"""Where pages are set: beside what the process has to do, so many at once and no more."""

from threading import BoundedSemaphore
from typing import Final

from onapi.cell.standing import Staff
from onapi.errors import Throttled
from onapi.flows.compose import Order, composed, set_page

AT_ONCE: Final = 2
_WAIT_S: Final = 60.0


class Press:
    """Sets pages in this process, where that holds nobody up, or by hands beside it."""

    def __init__(self, *, beside: bool = False, at_once: int = AT_ONCE) -> None:
        self._staff = Staff(composed, most=at_once) if beside else None
        self._places = BoundedSemaphore(at_once)

    def set(self, order: Order) -> bytes:
        """The page as PDF; Throttled where too many wait before it."""
        if self._staff is not None:
            return self._staff.do(order.packed())
        if not self._places.acquire(timeout=_WAIT_S):
            raise Throttled("Se están componiendo demasiadas páginas a la vez.", retry_after_s=5)
        try:
            return set_page(order)
        finally:
            self._places.release()

    def close(self) -> None:
        """Let the hands go."""
        if self._staff is not None:
            self._staff.close()
