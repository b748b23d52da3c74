"""Run a command as its unit does: an ordinary user, two folders to write to, no memory both written and run.

`python walled_program.py WRITABLE TEMPORARY COMMAND…`, in a mount name space of its own (see test_installed.py).
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

NOBODY = 65534
NO_NEW_PRIVILEGES, DENY_WRITE_EXECUTE, REFUSE_EXEC_GAIN = 38, 65, 1


def close_file_system(writable: list[str]) -> None:
    """Everything mounted becomes read-only, but these folders."""
    for folder in writable:
        subprocess.run(["mount", "--bind", folder, folder], check=True)
    places = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text("ascii").splitlines()]
    for place in dict.fromkeys(places):
        if place not in writable and not place.startswith(("/proc", "/dev", "/sys")):
            options = ["mount", "-o", "remount,bind,ro", place]
            subprocess.run(options, check=place == "/", capture_output=place != "/")


def become_ordinary() -> list[str]:
    """No way to more from here on; and the command before a command that makes it nobody, with no power at all."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(DENY_WRITE_EXECUTE, REFUSE_EXEC_GAIN, 0, 0, 0)  # a wish: Linux before 6.3 does not know it
    return ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]


def main() -> None:
    """Close, become, go."""
    writable, command = sys.argv[1:3], sys.argv[3:]
    close_file_system(writable)
    command = [*become_ordinary(), *command]
    os.umask(0o077)
    os.execvp(command[0], command)  # noqa: S606  the test's own command


if __name__ == "__main__":
    main()
