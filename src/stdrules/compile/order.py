"""The order of norms that are triggered by outcomes: each after those that it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def outcome_order(needs: Mapping[str, str | None]) -> tuple[list[str], list[list[str]]]:
    """Sort norms so that each stands after the norm whose outcome triggers it.

    Args:
        needs: Norm -> the norm whose outcome triggers it, or None; in the order of the file,
            which is kept where nothing else asks for a change.

    Returns:
        The ids in order, and the rings found; each begins and ends with the same id. The norms
        of a ring are in the order too, at their place.

    Example:
        >>> outcome_order({"b": "a", "a": None, "c": "c"})
        (['a', 'b', 'c'], [['c', 'c']])
    """
    done: dict[str, None] = {}
    rings: list[list[str]] = []
    for name in needs:
        chain: list[str] = []
        step: str | None = name
        while step is not None and step in needs and step not in done and step not in chain:
            chain.append(step)
            step = needs[step]
        if step in chain:
            rings.append(_ring(chain[chain.index(step) :]))
        done.update(dict.fromkeys(reversed(chain)))
    return list(done), rings


def _ring(members: Sequence[str]) -> list[str]:
    """Begin a ring with its smallest id, whichever norm it was met from."""
    start = members.index(min(members))
    turned = [*members[start:], *members[:start]]
    return [*turned, turned[0]]
