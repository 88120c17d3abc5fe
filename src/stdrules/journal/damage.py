"""Holding records against the chain, and saying where they leave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stdrules.base.diagnostics import Diagnostic, Span, make
from stdrules.base.text import Text
from stdrules.journal import codes
from stdrules.journal.errors import JournalDamaged
from stdrules.journal.records import Entry, Head, next_hash

REPAIR = Text(
    "请运行 `stdrules session verify` 查看，再以 `stdrules session repair` 恢复",
    "run `stdrules session verify` to see all, then `stdrules session repair`",
)


def damaged(shown: str, findings: Iterable[Diagnostic]) -> JournalDamaged:
    """Build the error of a journal that cannot be opened as it is."""
    return JournalDamaged(
        Text(f"日志 `{shown}` 已损坏", f"the journal `{shown}` is damaged"), findings, REPAIR
    )


def unreadable(shown: str, reason: str) -> JournalDamaged:
    """Build the error of a database whose file is not whole."""
    said = make(codes.DATABASE, Span(shown), zh=f"无法读取：{reason}",
                en=f"cannot be read: {reason}")  # fmt: skip
    return damaged(shown, [said])


def misplaced(place: str, entry: Entry, wanted: int) -> Diagnostic:
    """Say that a record does not follow the one before it."""
    if entry.seq != wanted:
        zh = f"缺记录 {wanted}，其后是记录 {entry.seq}"
        en = f"record {wanted} is missing, record {entry.seq} comes next"
    else:
        zh = f"记录 {wanted} 的散列链不符"
        en = f"the hash of record {wanted} does not fit"
    return make(codes.DAMAGED, Span(place, wanted), zh=zh, en=en)


def fits(head: Head, entry: Entry) -> bool:
    """Return whether a record follows a head."""
    if entry.seq != head.seq + 1:
        return False
    return entry.hash == next_hash(head.hash, entry.seq, entry.payload)


def verified(entries: Iterable[Entry], head: Head, place: str) -> Iterator[Entry]:
    """Yield records that follow a head, each held against the chain.

    Raises:
        JournalDamaged: One does not follow.
    """
    for entry in entries:
        if not fits(head, entry):
            raise damaged(place, [misplaced(place, entry, head.seq + 1)])
        head = Head(entry.seq, entry.hash)
        yield entry
