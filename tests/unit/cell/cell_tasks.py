"""Tasks that behave as the worst of decoders might; each is run in a cell, by its name."""

import ctypes
import os
import resource
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from onapi.errors import InvalidDocument

LIBC = ctypes.CDLL(None)  # found now: in a cell no library can be opened
LIBC.malloc.argtypes, LIBC.malloc.restype = (ctypes.c_size_t,), ctypes.c_void_p


def echo(data: bytes) -> bytes:
    """Give back what came."""
    return data


def refuse(data: bytes) -> bytes:
    """Raise an error of ours."""
    raise InvalidDocument(data.decode(), key="certificate_expired")


def hurt(data: bytes) -> bytes:
    """Fail in a way nobody foresaw."""
    raise RuntimeError(data)


def eat(data: bytes) -> bytes:
    """Take a gigabyte."""
    return bytes(len(data) + 1024**3)


def spin(data: bytes) -> bytes:
    """Never end, working."""
    while True:
        data += b""


def sleep(data: bytes) -> bytes:
    """Never end, idle."""
    time.sleep(600)
    return data


def flood(data: bytes) -> bytes:
    """Answer without an end."""
    while True:
        os.write(1, b"+" + data * 1000)


def die(_data: bytes) -> bytes:
    """End at once, as a decoder does that tramples on memory."""
    os._exit(0)


def connect(data: bytes) -> bytes:
    """Call somebody."""
    with socket.create_connection(("127.0.0.1", int(data)), timeout=5) as made:
        made.send(b"here is a secret")
    return b"called"


def fork(_data: bytes) -> bytes:
    """Start another process."""
    if os.fork() == 0:
        time.sleep(600)
    return b"forked"


def thread(_data: bytes) -> bytes:
    """Start a thread."""
    threading.Thread(target=time.sleep, args=(0,)).start()
    return b"threaded"


def execute(data: bytes) -> bytes:
    """Become another program, which writes a file."""
    os.execv(sys.executable, [sys.executable, "-c", f"open({data.decode()!r}, 'w').write('x')"])  # noqa: S606  what a cell has to prevent
    return b""


def write(data: bytes) -> bytes:
    """Write a file."""
    Path(data.decode()).write_bytes(b"x")
    return b"written"


def read(data: bytes) -> bytes:
    """Read a file."""
    return Path(data.decode()).read_bytes()


def look(_data: bytes) -> bytes:
    """Tell what of the parent can be seen from inside."""
    limits = (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE)
    return f"{sorted(os.environ)} {[resource.getrlimit(each)[1] for each in limits]} {os.geteuid()}".encode()


def hang_in_c(data: bytes) -> bytes:
    """Count for ever where no interpreter looks."""
    return str(pow(7, 10**9 + len(data), 10 ** (10**6))).encode()


def allocate_in_c(_data: bytes) -> bytes:
    """Take memory past Python's own accounts."""
    if not LIBC.malloc(1024**3):
        os.abort()
    return b"taken"


def fork_in_c(_data: bytes) -> bytes:
    """Start a process past Python."""
    if LIBC.fork() < 0:
        os.abort()
    return b"forked"


def call_in_c(_data: bytes) -> bytes:
    """Open a socket past Python."""
    if LIBC.socket(socket.AF_INET, socket.SOCK_STREAM, 0) < 0:
        os.abort()
    return b"called"


def trample(_data: bytes) -> bytes:
    """Read where nothing is."""
    return LIBC.strlen(1).to_bytes(8)


def deaf(data: bytes) -> bytes:
    """Hear no signal that can be heard, and wait."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(60)
        data += b""
