"""The road of one submission: its states, the moves between them, and how long to wait before the next step."""

from onapi.lifecycle.moves import MOVES, can_happen, next_state
from onapi.lifecycle.state import Event, State

__all__ = ["MOVES", "Event", "State", "can_happen", "next_state"]
