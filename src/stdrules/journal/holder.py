"""Who writes to a journal: one process, named to those who come second."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from stdrules.base.text import Text
from stdrules.journal.errors import JournalError, JournalLocked

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # not a POSIX system: sessions without a journal are to work there too
    fcntl = None

_TRIES: Final = 5
_PAUSE: Final = 0.02


def myself() -> dict[str, Any]:
    """Return what names this process to others: pid, host, start of the hold, program."""
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "program": os.path.basename(sys.argv[0]) if sys.argv else "",
    }


def held(holder: dict[str, Any] | None) -> JournalLocked:
    """Build the error of a second writer."""
    pid, host, since = ((holder or {}).get(key, "?") for key in ("pid", "host", "since"))
    return JournalLocked(
        Text(
            f"日志正由进程 {pid}（主机 {host}，自 {since}）写入",
            f"the journal is being written by process {pid} on {host} since {since}",
        ),
        hint=Text(
            "只读的命令（status、verify、export）不受影响；写入请等该进程结束",
            "reading (status, verify, export) is not affected; to write, wait until it ends",
        ),
    )


class FileLock:
    """A lock beside a file. The system releases it when the process ends, however it ends.

    Args:
        path: The lock file; it stays when the lock is released, as removing it would let a third
            process lock a file that a second one still waits for.

    Raises:
        JournalLocked: Another process holds it.
        JournalError: The file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        if fcntl is None:
            raise JournalError(
                Text("本系统不支持日志文件，请用 PostgreSQL",
                     "a journal in a file needs a POSIX system; use PostgreSQL here")
            )  # fmt: skip
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise JournalError(
                Text(f"无法锁定 `{path}`：{error.strerror}",
                     f"cannot lock `{path}`: {(error.strerror or '').lower()}")
            ) from error  # fmt: skip
        if not self._locked():
            holder = read_holder(path)
            os.close(self._descriptor)
            raise held(holder)
        # The name is a courtesy: the lock holds also where the disk has no room for it.
        try:
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, json.dumps(myself()).encode())
        except OSError:
            return

    def _locked(self) -> bool:
        assert fcntl is not None
        for _ in range(_TRIES):
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                time.sleep(_PAUSE)  # it may be one who only looks; see is_held
            else:
                return True
        return False

    def release(self) -> None:
        """Let others write; the name of the holder is taken out."""
        try:
            os.ftruncate(self._descriptor, 0)
        except OSError:
            pass
        finally:
            os.close(self._descriptor)


def read_holder(path: Path) -> dict[str, Any] | None:
    """Return who wrote its name into a lock file last; None if nobody, or not readably."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def is_held(path: Path) -> bool:
    """Return whether a process holds a lock file; asks for a shared lock and lets it go."""
    if fcntl is None:
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
