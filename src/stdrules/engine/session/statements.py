"""Waivers, suspensions and statements of completeness of a session, each once."""

from __future__ import annotations

from collections.abc import Iterator

from stdrules.base.errors import FactsError
from stdrules.base.text import Text
from stdrules.model.facts import Complete, FactLog, Suspension, Waiver

Statement = Waiver | Suspension | Complete


class Statements:
    """Statements by the case that they name, None for all cases."""

    def __init__(self) -> None:
        self._named: dict[tuple[type, str], Waiver | Suspension] = {}
        self._kept: dict[str | None, dict[Statement, None]] = {}

    def is_new(self, item: Statement) -> bool:
        """Tell whether a statement is not there yet.

        Raises:
            FactsError: There is one of the kind with the same id and other content.
        """
        if item in self._kept.get(item.case, ()):
            return False
        if not isinstance(item, Complete) and (type(item), item.id) in self._named:
            raise FactsError(
                Text(f"编号 `{item.id}` 已有不同内容的记录",
                     f"there is another statement with the id `{item.id}`")
            )  # fmt: skip
        return True

    def add(self, item: Statement) -> bool:
        """Keep a statement; tell whether it is new. Errors as for `is_new`."""
        if not self.is_new(item):
            return False
        if not isinstance(item, Complete):
            self._named[type(item), item.id] = item
        self._kept.setdefault(item.case, {})[item] = None
        return True

    def fill(self, log: FactLog, case: str | None) -> None:
        """Add the statements that name a case (None: all cases) to a log."""
        for item in self._kept.get(case, ()):
            if isinstance(item, Waiver):
                log.waivers.append(item)
            elif isinstance(item, Suspension):
                log.suspensions.append(item)
            else:
                log.completes.append(item)

    def forget(self, case: str) -> None:
        """Drop the statements of a case."""
        for item in self._kept.pop(case, ()):
            if not isinstance(item, Complete):
                del self._named[type(item), item.id]

    def items(self) -> Iterator[Statement]:
        """Yield every statement."""
        for own in self._kept.values():
            yield from own
