"""The language of texts for people: from ``--lang``, else from the environment.

It never touches a result: JSON and other formats for programs hold both languages or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from stdrules.base.text import Text

LANGUAGES: Final = ("zh", "en")
Say: TypeAlias = Callable[[str, str], str]


def language(args: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return ``zh`` or ``en``; the last ``--lang`` wins, then the usual variables.

    Example:
        >>> language(["check", "--lang", "zh"], {}), language([], {"LANG": "en_GB.UTF-8"})
        ('zh', 'en')
    """
    found = ""
    for place, arg in enumerate(args):
        if arg == "--":
            break
        if arg.startswith("--lang="):
            found = arg.removeprefix("--lang=")
        elif arg == "--lang" and place + 1 < len(args):
            found = args[place + 1]
    if found in LANGUAGES:
        return found
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name, ""):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def sayer(lang: str) -> Say:
    """Return a function that picks one of two texts."""
    return lambda zh, en: Text(zh, en).get(lang)
