"""Tasks for hands that stay: each is done by its name, in a process of its own."""

import os
import time

from onapi.errors import NotFound

done = 0


def count(data: bytes) -> bytes:
    """Say who works, how often he did, how nice he is, and give back what came."""
    global done  # noqa: PLW0603  that he stays is what is tested
    done += 1
    return f"{os.getpid()} {done} {os.nice(0)} ".encode() + data


def behave(data: bytes) -> bytes:
    """Do what is asked for: fail, fail with words of ours, hang, or die."""
    match data:
        case b"bug":
            raise KeyError("JUAN PEREZ")
        case b"ours":
            raise NotFound("No hay.", key="pdf_not_available")
        case b"hang":
            time.sleep(600)
        case b"die":
            os._exit(1)
    return data
