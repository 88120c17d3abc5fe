"""Generators of well-typed expressions and of environments with unknowns in them."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from stdrules.base.truth import Missing
from stdrules.feel import types as t
from stdrules.feel.scope import Binding, Scope

ROW = t.ContextOf({"kind": t.STRING, "score": t.NUMBER, "ok": t.BOOLEAN})
TYPES = {
    "n": t.NUMBER, "m": t.NUMBER, "s": t.STRING, "u": t.STRING, "b": t.BOOLEAN, "c": t.BOOLEAN,
    "d": t.DATE, "e": t.MOMENT, "ns": t.ListOf(t.NUMBER), "rows": t.ListOf(ROW), "row": ROW,
    "x": t.ANY,
}  # fmt: skip
SCOPE = Scope(
    {name: Binding(type_, f'f["{name}"]') for name, type_ in TYPES.items()}, ("f",), "Asia/Shanghai"
)

EAST = timezone(timedelta(hours=8))
NUMBERS = st.one_of(
    st.integers(-5, 5), st.decimals(-9, 9, places=1), st.just(10**15), st.just(Decimal("84.50"))
)
STRINGS = st.sampled_from(["", "a", "b", "ab", "试点"])
DATES = st.dates(date(2024, 2, 27), date(2024, 3, 2))
INSTANTS = st.datetimes(
    datetime(2024, 2, 27), datetime(2024, 3, 2), timezones=st.sampled_from([UTC, EAST])
) | st.just(datetime(2024, 3, 1, tzinfo=EAST))


def may_lack(name, values, weight=4):
    """The value, or rarely null, an unknown or a known blank."""
    lacks = st.sampled_from([None, Missing(name), Missing(name, blank=True)])
    return st.one_of(*([values] * weight), lacks)


def lists(name, items):
    tail = st.sampled_from([(), (), (), (Missing(f"more {name}", more=True),)])
    return st.tuples(st.lists(may_lack(f"one {name}", items, 9), max_size=4), tail).map(
        lambda pair: (*pair[0], *pair[1])
    )


ROWS = st.fixed_dictionaries(
    {
        "kind": may_lack("kind", STRINGS),
        "score": may_lack("score", NUMBERS),
        "ok": may_lack("ok", st.booleans()),
    }
)
WORLDS = st.fixed_dictionaries(
    {
        "n": may_lack("n", NUMBERS),
        "m": may_lack("m", NUMBERS),
        "s": may_lack("s", STRINGS),
        "u": may_lack("u", STRINGS),
        "b": may_lack("b", st.booleans()),
        "c": may_lack("c", st.booleans()),
        "d": may_lack("d", DATES),
        "e": may_lack("e", DATES | INSTANTS),
        "ns": may_lack("ns", lists("ns", NUMBERS), 9),
        "rows": may_lack("rows", lists("rows", ROWS), 9),
        "row": may_lack("row", ROWS, 9),
        "x": may_lack("x", st.one_of(NUMBERS, STRINGS, st.booleans(), DATES)),
    }
)

_LEAVES = {
    "num": ["n", "m", "0", "1", "2.5", "row.score", "-3", "null"],
    "str": ["s", "u", '"a"', '"试点"', '""', "row.kind"],
    "bool": ["b", "c", "true", "false", "row.ok", "null"],
    "day": ["d", "e", '@"2024-03-01"', '@"2024-03-01T00:00:00+08:00"', '@"2024-02-29T23:59:59"'],
    "nums": ["ns", "[]", "[1, 2, 3]", "rows.score", "[n, m, 2]"],
}
_FORMS = {
    "num": [
        "({num} + {num})", "({num} - {num} - {num})", "({num} * {num})", "({num} / {num})",
        "(if {bool} then {num} else {num})", "count({nums})", "sum({nums})", "max({nums})",
        "min({num}, {num})", "{nums}[1]", "{nums}[-1]", "{nums}[{num}]", "-({num})",
        "abs({num})", "string length({str})", "decimal({num}, 1)", "count(rows[{rowbool}])",
        "modulo({num}, 3)", "{{a: {num}, b: a + 1}}.b", "mean({nums})", "({num} ** 2)",
    ],
    "str": [
        "({str} + {str})", "(if {bool} then {str} else {str})", "substring({str}, 1, 1)",
        "upper case({str})", "rows[1].kind", "string({num})", "string({bool})",
    ],
    "bool": [
        "({num} < {num})", "({num} >= {num})", "({num} = {num})", "({num} != {num})",
        "({str} = {str})", "({str} != {str})", "({str} < {str})", "({bool} and {bool} and {bool})",
        "({bool} or {bool})", "({bool} and {bool})", "not({bool})", "({day} < {day})",
        "({day} <= {day})", "({day} = {day})", "({day} > {day})", "({num} between {num} and {num})",
        "({num} in [{num}..({num})))", "({num} in (< {num}, {num}, not({num})))",
        "({str} in (\"a\", {str}))", "({num} in {nums})", "list contains({nums}, {num})",
        "(some q in {nums} satisfies q > {num})", "(every q in {nums} satisfies q > {num})",
        "(some q in {nums}, r in [q, {num}] satisfies q < r)", "filled({num})", "filled({str})",
        "(x = {num})", "(x = null)", "({str} = null)", "({num} != null)", "is defined(x)",
        "(some q in rows satisfies q.score > {num} and q.ok)", "({bool} = {bool})",
        "(if {bool} then {bool} else {bool})", "contains({str}, \"a\")", "({nums} = {nums})",
        "(x in ({num}, {str}))", "(count({nums}) >= {num})", "({num} > count(rows[{rowbool}]))",
        "(count(ns) = 2)", "(count(ns) != {num})", "(count(ns) <= count(rows))",
        "({day} in [{day}..({day})])", "(x < {num})", "any({nums} = ns)",
    ],
    "day": ["({day} + @\"P1D\")", "(if {bool} then {day} else {day})", "({day} - @\"P1M\")"],
    "nums": [
        "{nums}[item > {num}]", "{nums}[{bool}]", "(for q in {nums} return q * {num})",
        "append({nums}, {num})", "concatenate({nums}, {nums})", "reverse({nums})",
        "rows[{rowbool}].score", "(for q in 1..3, r in {nums} return q + r)", "[{num}, {num}]",
        "distinct values({nums})", "flatten([{nums}, {num}])", "sort({nums})",
        "(for q in rows[{rowbool}] return q.score)", "sublist({nums}, 1)", "union({nums}, [1])",
    ],
    "rowbool": [
        "score > {num}", "kind = {str}", "ok", "item.ok and score > {num}", "kind = null",
        "not(ok) or kind in (\"a\", \"b\")", "{bool}",
    ],
}  # fmt: skip


@st.composite
def expressions(draw, sort=None, room=4):
    """Text of a well-typed expression, nested at most `room` forms deep."""
    sort = sort or draw(st.sampled_from(["bool", "bool", "num", "str", "day", "nums"]))
    leaves = _LEAVES.get(sort)
    if leaves and (room <= 0 or draw(st.integers(0, 3)) == 0):
        return draw(st.sampled_from(leaves))
    form = draw(st.sampled_from(_FORMS[sort]))
    parts = form.replace("{{", "\x01").replace("}}", "\x02")
    while "{" in parts:
        start = parts.index("{")
        end = parts.index("}", start)
        inner = draw(expressions(parts[start + 1 : end], room - 1))
        inner = inner.replace("{", "\x01").replace("}", "\x02")
        parts = parts[:start] + inner + parts[end + 1 :]
    return parts.replace("\x01", "{").replace("\x02", "}")
