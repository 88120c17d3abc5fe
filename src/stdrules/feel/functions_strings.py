"""Built-in functions on strings. Positions count characters from 1.

No regular expression can be reached from an expression: `split` takes literal text.

Source:
    DMN 1.5, clause 10.3.4.3.
"""

from __future__ import annotations

from typing import Any

from stdrules.feel.functions import builtin
from stdrules.feel.values import MAX_STRING, charge, exhausted, known

__all__: list[str] = []


@builtin("substring")
def _substring(_budget: Any, text: str, start: Any, length: Any = None) -> Any:
    """A negative start counts from the end; 0 and places outside give null."""
    if start != int(start) or start == 0 or (length is not None and length < 1):
        return None
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    if not 0 <= first < max(len(text), 1):
        return None
    return text[first:] if length is None else text[first : first + int(length)]


@builtin("string length")
def _string_length(_budget: Any, text: str) -> int:
    return len(text)


@builtin("upper case")
def _upper_case(_budget: Any, text: str) -> str:
    return text.upper()


@builtin("lower case")
def _lower_case(_budget: Any, text: str) -> str:
    return text.lower()


@builtin("substring before")
def _substring_before(_budget: Any, text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after")
def _substring_after(_budget: Any, text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@builtin("contains")
def _contains(_budget: Any, text: str, match: str) -> bool:
    return match in text


@builtin("starts with")
def _starts_with(_budget: Any, text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with")
def _ends_with(_budget: Any, text: str, match: str) -> bool:
    return text.endswith(match)


@builtin("split")
def _split(budget: Any, text: str, delimiter: str) -> Any:
    """Cut at literal text; an empty delimiter gives null."""
    if not delimiter:
        return None
    charge(budget, text.count(delimiter) + 1)
    return tuple(text.split(delimiter))


@builtin("string join")
def _string_join(budget: Any, values: tuple[Any, ...], delimiter: str | None = None) -> Any:
    """Null elements are left out; any other element must be a string."""
    charge(budget, len(values))
    missing = known(values)
    if missing is not None:
        return missing
    parts = [value for value in values if value is not None]
    if not all(type(part) is str for part in parts):
        return None
    glue = delimiter or ""
    if sum(map(len, parts)) + len(glue) * len(parts) > MAX_STRING:
        raise exhausted()
    return glue.join(parts)
