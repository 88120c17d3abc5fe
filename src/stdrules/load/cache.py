"""A cache of bytes in a folder: what was compiled from a ruleset, kept for the next process.

An entry is used only if it is whole, was written under the same key by the same user, and the key
was made by the same code. Anything else counts as not there: a cache can be lost, never wrong.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from functools import cache as once
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MAGIC = b"stdrules-cache-1\n"
MAX_ENTRY = 64 * 1024 * 1024


class Cache:
    """Entries in one folder, which is made when the first entry is written.

    Args:
        folder: Where the entries are. On systems with users it must belong to the caller and
            be writable by no one else; otherwise nothing is read.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key, or None if there is nothing that can be trusted."""
        path = self._path(key)
        try:
            if not _is_private(os.lstat(self.folder), stat.S_ISDIR):
                return None
            if not _is_private(os.lstat(path), stat.S_ISREG):
                return None
            with path.open("rb") as stream:
                data = stream.read(MAX_ENTRY + 1)
        except OSError:
            return None
        head = MAGIC + key.encode() + b"\n"
        if len(data) > MAX_ENTRY or not data.startswith(head):
            return None
        digest, body = data[len(head) : len(head) + 32], data[len(head) + 32 :]
        return body if hashlib.sha256(body).digest() == digest else None

    def put(self, key: str, body: bytes) -> bool:
        """Write an entry in one step; another process sees all of it or nothing.

        Returns:
            Whether it was written. A full disk or a folder that cannot be written is no error.
        """
        data = MAGIC + key.encode() + b"\n" + hashlib.sha256(body).digest() + body
        if len(data) > MAX_ENTRY:
            return False
        temporary: str | None = None
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.replace(temporary, self._path(key))
        except OSError:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
            return False
        return True

    def _path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.bin"


def cache_key(*parts: str) -> str:
    """Make a key of what an entry depends on, the code of the library included.

    Args:
        parts: For example the fingerprint of a ruleset, readings and parameters.

    Example:
        >>> cache_key("a", "bc") != cache_key("ab", "c")
        True
    """
    digest = hashlib.sha256()
    for part in (code_stamp(), *parts):
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()


@once
def code_stamp() -> str:
    """Name the library's code and the Python that runs it: version, sizes and times of files."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(f"{sys.version}\0{_version()}\0".encode())
    with contextlib.suppress(OSError):
        for path in sorted(root.rglob("*.py")):
            info = path.stat()
            digest.update(f"{path.name}\0{info.st_size}\0{info.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _version() -> str:
    try:
        return version("stdrules")
    except PackageNotFoundError:
        return "0"


def _is_private(info: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Tell whether a file is of a kind, ours, and writable by no one else."""
    if not is_kind(info.st_mode):
        return False
    if not hasattr(os, "getuid"):  # a system without users in this sense
        return True
    return info.st_uid == os.getuid() and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
