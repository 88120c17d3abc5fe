"""The packages that offer rulesets: those of the entry points of one group."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable

GROUP = "stdrules.rulesets"


def installed_packages() -> list[str]:
    """Return the names of the packages, in the order of the alphabet."""
    return sorted({point.value for point in entry_points(group=GROUP)})


def installed_roots() -> Iterator[tuple[str, Traversable]]:
    """Yield the packages that can be read, with their names."""
    for package in installed_packages():
        try:
            yield package, resources.files(package)
        except (ImportError, ValueError, TypeError):
            continue  # listing the rulesets tells of it
