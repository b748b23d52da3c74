"""Who speaks on the command line: whoever was named, or the user of the system."""

import getpass


def actor_or_user(named: str) -> str:
    """A name for the history."""
    try:
        return named.strip() or getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "línea de comandos"  # a container without users
