"""Snapshots: a state that replay may start from, kept with what it was made of.

A snapshot is used only if it was made by the same plan (`depends_on`), if the record that it ends
with is the one in the chain, and if its bytes are those that were written. Otherwise the next
older one is looked at, and replay from the start is always right.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Final, NamedTuple

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.journal import codes
from stdrules.journal.records import Head
from stdrules.journal.scan import Mark
from stdrules.journal.store import SnapshotRow, Store

#: Snapshots that are kept: the newest, and one to fall back on.
KEPT: Final = 2
_PART: Final = 1 << 20
#: Fast rather than small: a snapshot is read more often than it is sent.
_LEVEL: Final = 1


class Snapshot(NamedTuple):
    """A state: what it covers and its bytes.

    Attributes:
        seq: The number of the last record that went into it.
        payload: Whatever the engine wrote.
    """

    seq: int
    payload: bytes


def cut_up(payload: bytes) -> Iterator[bytes]:
    """Yield the parts in which a payload is stored."""
    for start in range(0, max(len(payload), 1), _PART):
        yield zlib.compress(payload[start : start + _PART], _LEVEL)


def row_of(mark: Mark, depends_on: str, payload: bytes, parts: int) -> SnapshotRow:
    """Return the row that makes a snapshot count."""
    return SnapshotRow(mark, depends_on, _digest(depends_on, mark, payload), parts)


def load(store: Store, depends_on: str, head: Head) -> tuple[Snapshot | None, list[Diagnostic]]:
    """Return the newest snapshot that can be used, and why newer ones were not.

    Args:
        store: The database.
        depends_on: What the state depends on, for example digests of plans and the version.
        head: The last record that is there.
    """
    passed: list[Diagnostic] = []
    for row in store.snapshots():
        mark = row.mark
        if row.depends_on != depends_on:
            continue
        if mark.seq > head.seq or (mark.seq and store.hash_at(mark.seq) != mark.hash):
            passed.append(unused(store, mark.seq, "与记录不符", "does not fit the records"))
            continue
        payload = read(store, row)
        if payload is None:
            passed.append(unused(store, mark.seq, "已损坏", "is damaged"))
            continue
        return Snapshot(mark.seq, payload), passed
    return None, passed


def read(store: Store, row: SnapshotRow) -> bytes | None:
    """Return the payload of a snapshot, or None if it is not what was written."""
    pieces = []
    try:
        for part in store.parts(row.mark.seq):
            pieces.append(zlib.decompress(part))
    except zlib.error:
        return None
    payload = b"".join(pieces)
    same = row.digest == _digest(row.depends_on, row.mark, payload)
    return payload if same and len(pieces) == row.parts else None


def _digest(depends_on: str, mark: Mark, payload: bytes) -> str:
    found = sha256(f"{mark.seq} {mark.hash} {mark.offset} {mark.crc} {depends_on}\n".encode())
    found.update(payload)
    return found.hexdigest()


def unused(store: Store, seq: int, zh: str, en: str) -> Diagnostic:
    """Say why a snapshot is not used."""
    return make(codes.SNAPSHOT, Span(store.dialect.shown), zh=f"记录 {seq} 处的快照{zh}",
                en=f"the snapshot at record {seq} {en}")  # fmt: skip
