"""Records as bytes, and the chain that ties each to all before it.

The hash of a record covers the hash before it, its number and its bytes; the first follows the
hash of the header. A record that is changed, dropped, inserted or moved breaks the chain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from stdrules.base.errors import UsageError
from stdrules.base.text import Text

#: A JSON object.
Record = dict[str, Any]
#: The longest record in bytes.
MAX_RECORD: Final = 16 << 20


class Entry(NamedTuple):
    """A record in its place: number from 1, canonical JSON, hash of the chain up to it."""

    seq: int
    payload: bytes
    hash: str

    @property
    def record(self) -> Record:
        """The record as it was given."""
        found: Record = json.loads(self.payload)
        return found


class Head(NamedTuple):
    """The end of a chain: number and hash of its last record; 0 and the start if it is empty."""

    seq: int
    hash: str


# One encoder for all: json.dumps makes a new one at each call when it is given options.
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(record: Mapping[str, Any]) -> bytes:
    """Return the one spelling of a record: keys sorted, no blanks, UTF-8, no line break.

    Raises:
        UsageError: It holds something that JSON does not have, or is longer than 16 MiB.

    Example:
        >>> canonical({"b": 1, "a": "新"}).decode()
        '{"a":"新","b":1}'
    """
    try:
        payload = _encode(record).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(
            Text("记录无法写成 JSON", "the record cannot be written as JSON"),
            hint=Text(
                "记录只含文字、整数、真假、空值、列表和映射",
                "a record holds texts, whole numbers, true, false, null, lists and mappings",
            ),
        ) from error
    if len(payload) > MAX_RECORD:
        raise UsageError(
            Text(f"记录有 {len(payload)} 字节，上限为 {MAX_RECORD}",
                 f"the record has {len(payload)} bytes, at most {MAX_RECORD} are taken")
        )  # fmt: skip
    return payload


def first_hash(header: bytes) -> str:
    """Return the hash that the first record follows."""
    return sha256(header).hexdigest()


def next_hash(before: str, seq: int, payload: bytes) -> str:
    """Return the hash of a record that follows another.

    Args:
        before: The hash of the record before it, 64 hexadecimal digits.
        seq: The number of this one.
        payload: Its bytes.
    """
    return sha256(b"%s %d %s" % (before.encode(), seq, payload)).hexdigest()


def follow(head: Head, payloads: list[bytes]) -> list[Entry]:
    """Put payloads at the end of a chain.

    Example:
        >>> [entry.seq for entry in follow(Head(2, "00"), [b"{}", b"{}"])]
        [3, 4]
    """
    seq, last = head
    found = []
    for payload in payloads:
        seq += 1
        last = sha256(b"%s %d %s" % (last.encode(), seq, payload)).hexdigest()
        found.append(Entry(seq, payload, last))
    return found
