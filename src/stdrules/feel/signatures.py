"""The table of built-in functions: names, parameters and types.

The table is the single source for the parser (names with spaces), the type checker, the
run-time guards and the documentation. ``item`` is the element type of the first argument,
``same`` the type of the first argument, ``all`` the joint type of all arguments; ``?`` marks
an optional parameter and ``...`` one that repeats.

Source:
    DMN 1.5, clauses 10.3.4.1 to 10.3.4.9; the functions at the end are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from stdrules.feel import types as t

__all__ = ["CLOCK", "FUNCTIONS", "MULTIWORD", "REFUSED", "Parameter", "Signature"]

_TABLE = """
not(negand: boolean) -> boolean
number(from: number|string) -> number
number(from: string, grouping separator: string, decimal separator: string) -> number
string(from: any) -> string
date(from: string|date|date and time) -> date
date(year: number, month: number, day: number) -> date
date and time(from: string|date|date and time) -> date and time
date and time(date: date|date and time, time: time) -> date and time
time(from: string|time|date|date and time) -> time
time(hour: number, minute: number, second: number, offset?: days and time duration) -> time
duration(from: string) -> any
years and months duration(from: date|date and time, to: date|date and time)\
 -> years and months duration
substring(string: string, start position: number, length?: number) -> string
string length(string: string) -> number
upper case(string: string) -> string
lower case(string: string) -> string
substring before(string: string, match: string) -> string
substring after(string: string, match: string) -> string
contains(string: string, match: string) -> boolean
starts with(string: string, match: string) -> boolean
ends with(string: string, match: string) -> boolean
split(string: string, delimiter: string) -> list of string
string join(list: list of string, delimiter?: string) -> string
list contains(list: list, element: any) -> boolean
count(list: list) -> number
min(list: list of any) -> item
min(c...: any) -> all
max(list: list of any) -> item
max(c...: any) -> all
sum(list: list of number) -> number
sum(n...: number) -> number
mean(list: list of number) -> number
mean(n...: number) -> number
product(list: list of number) -> number
product(n...: number) -> number
median(list: list of number) -> number
median(n...: number) -> number
stddev(list: list of number) -> number
stddev(n...: number) -> number
mode(list: list of number) -> list of number
mode(n...: number) -> list of number
all(list: list of boolean) -> boolean
all(b...: boolean) -> boolean
any(list: list of boolean) -> boolean
any(b...: boolean) -> boolean
sublist(list: list, start position: number, length?: number) -> same
append(list: list, item...: any) -> list
concatenate(list...: list) -> all
insert before(list: list, position: number, newItem: any) -> list
list replace(list: list, position: number, newItem: any) -> list
remove(list: list, position: number) -> same
reverse(list: list) -> same
index of(list: list, match: any) -> list of number
union(list...: list) -> all
distinct values(list: list) -> same
flatten(list: list) -> list
sort(list: list) -> same
decimal(n: number, scale: number) -> number
floor(n: number, scale?: number) -> number
ceiling(n: number, scale?: number) -> number
round up(n: number, scale: number) -> number
round down(n: number, scale: number) -> number
round half up(n: number, scale: number) -> number
round half down(n: number, scale: number) -> number
abs(n: number|days and time duration|years and months duration) -> same
modulo(dividend: number, divisor: number) -> number
sqrt(number: number) -> number
log(number: number) -> number
exp(number: number) -> number
odd(number: number) -> boolean
even(number: number) -> boolean
day of year(date: date|date and time) -> number
day of week(date: date|date and time) -> string
month of year(date: date|date and time) -> string
week of year(date: date|date and time) -> number
is(value1: any, value2: any) -> boolean
before(point1: any, point2: any) -> boolean
after(point1: any, point2: any) -> boolean
meets(range1: range, range2: range) -> boolean
met by(range1: range, range2: range) -> boolean
overlaps(range1: range, range2: range) -> boolean
overlaps before(range1: range, range2: range) -> boolean
overlaps after(range1: range, range2: range) -> boolean
finishes(point: any, range: range) -> boolean
finished by(range: range, value: any) -> boolean
includes(range: range, value: any) -> boolean
during(value: any, range: range) -> boolean
starts(value: any, range: range) -> boolean
started by(range: range, value: any) -> boolean
coincides(point1: any, point2: any) -> boolean
get value(m: context, key: string) -> any
get entries(m: context) -> list
context put(context: context, key: string, value: any) -> context
context merge(contexts: list) -> context
is defined(value: any) -> boolean
filled(value: any) -> boolean
"""

CLOCK = frozenset(("now", "today"))
REFUSED = {
    "matches": ("不提供正则表达式", "regular expressions are not offered"),
    "replace": ("不提供正则表达式", "regular expressions are not offered"),
    "range": ("请直接写区间 `[a..b]`", "write the range itself: `[a..b]`"),
    "context": ("请直接写上下文 `{a: 1}`", "write the context itself: `{a: 1}`"),
}


class Parameter(NamedTuple):
    """A parameter: its name and the types it takes; no types means any."""

    name: str
    types: tuple[t.Type, ...]
    optional: bool = False
    repeats: bool = False


@dataclass(frozen=True)
class Signature:
    """One form of a function."""

    name: str
    parameters: tuple[Parameter, ...]
    result: str
    text: str

    @property
    def repeats(self) -> bool:
        """Whether the last parameter takes any number of arguments."""
        return self.parameters[-1].repeats

    @property
    def least(self) -> int:
        """The smallest number of arguments."""
        return sum(not parameter.optional for parameter in self.parameters)

    def takes(self, count: int) -> bool:
        """Tell whether the form fits a number of arguments."""
        return self.least <= count and (self.repeats or count <= len(self.parameters))

    def parameter(self, index: int) -> Parameter:
        """Give the parameter for an argument position."""
        return self.parameters[min(index, len(self.parameters) - 1)]


_BY_NAME: dict[str, t.Type] = {
    "number": t.NUMBER,
    "string": t.STRING,
    "boolean": t.BOOLEAN,
    "date": t.DATE,
    "time": t.TIME,
    "date and time": t.DATE_TIME,
    "days and time duration": t.DAYS_DURATION,
    "years and months duration": t.MONTHS_DURATION,
    "any": t.ANY,
    "list": t.ListOf(t.ANY),
    "range": t.RangeOf(t.ANY),
    "context": t.ContextOf({}, open=True),
}


def named_type(text: str) -> t.Type:
    """Read a type as the table writes it."""
    if text.startswith("list of "):
        return t.ListOf(named_type(text.removeprefix("list of ")))
    return _BY_NAME[text]


def _parameter(text: str) -> Parameter:
    name, _, types = text.partition(": ")
    optional, repeats = name.endswith("?"), name.endswith("...")
    wanted = tuple(named_type(one) for one in types.split("|"))
    return Parameter(name.rstrip("?."), () if wanted == (t.ANY,) else wanted, optional, repeats)


def _read(line: str) -> Signature:
    head, _, result = line.partition(") -> ")
    name, _, inside = head.partition("(")
    return Signature(name, tuple(map(_parameter, inside.split(", "))), result, line)


def _table() -> dict[str, tuple[Signature, ...]]:
    found: dict[str, tuple[Signature, ...]] = {}
    for line in _TABLE.strip().splitlines():
        signature = _read(line)
        found[signature.name] = (*found.get(signature.name, ()), signature)
    return found


FUNCTIONS = _table()
MULTIWORD = frozenset(name for name in FUNCTIONS if " " in name)
