"""Writing a log file: appended to only, cut back when a write fails."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from stdrules.journal.disk import Disk
from stdrules.journal.records import Entry
from stdrules.journal.scan import header_line, line_of

_MODE: Final = 0o644


class Log:
    """A log that is open for writing. The lock of the journal is held by its user.

    Args:
        path: The file; it exists.
        end: Bytes that are sound. What follows is cut.
        disk: How files are written.
    """

    def __init__(self, path: Path, end: int, disk: Disk) -> None:
        self.path = path
        self.end = end
        self._disk = disk
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        if os.fstat(self._descriptor).st_size > end:
            disk.truncate(self._descriptor, end)
            disk.sync(self._descriptor)

    @staticmethod
    def create(path: Path, header: bytes, entries: Iterable[Entry], disk: Disk) -> int:
        """Make a log, whole or not at all, in place of one that may be there.

        Returns:
            Its size in bytes.

        Raises:
            OSError: It cannot be written.
        """
        draft = path.with_name(path.name + "-new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
        try:
            size = 0
            buffer = [header_line(header)]
            for entry in entries:
                buffer.append(line_of(entry))
                if len(buffer) > 1000:
                    size += _flush(disk, descriptor, buffer)
            size += _flush(disk, descriptor, buffer)
            disk.sync(descriptor)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)
        os.replace(draft, path)
        disk.sync_folder(path.parent)
        return size

    def append(self, entries: Sequence[Entry]) -> int:
        """Write records at the end; return where the end was.

        They are with the system then, not yet on the disk: see `sync`.

        Raises:
            OSError: Nothing was added: what a failed write left has been cut.
        """
        data = b"".join([line_of(entry) for entry in entries])
        before = self.end
        try:
            self._disk.write(self._descriptor, data)
        except OSError:
            self.cut(before)
            raise
        self.end += len(data)
        return before

    def cut(self, end: int) -> None:
        """Take back what was written after a place.

        Raises:
            OSError: The system refused; the records may be found again when it is opened.
        """
        self._disk.truncate(self._descriptor, end)
        self.end = end

    def sync(self) -> None:
        """Return when the log is on the disk."""
        self._disk.sync(self._descriptor)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def _flush(disk: Disk, descriptor: int, buffer: list[bytes]) -> int:
    data = b"".join(buffer)
    disk.write(descriptor, data)
    buffer.clear()
    return len(data)
