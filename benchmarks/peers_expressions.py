"""The workloads in engines of expressions: zen-engine, three CELs, rule-engine.

One text is made for each engine from the same table of norms. The program beside the engine groups
the facts of a case and, for scorecards, adds the points up, as CEL has no sum.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workloads.applicants import CLOSED, FAIL, PASS, UNDETERMINED, Card
from workloads.projects import DAY, HOUR, NORMS

Judge = Callable[[dict[str, Any]], Any]


class Dialect:
    """How an engine writes what all can say; here as CEL does."""

    package = ""
    also, otherwise = " && ", " || "

    def some(self, items: str, var: str, test: str) -> str:
        return f"{items}.exists({var}, {test})"

    def every(self, items: str, var: str, test: str) -> str:
        return f"{items}.all({var}, {test})"

    def each(self, items: str, var: str, value: str) -> str:
        return f"{items}.map({var}, {value})"

    def count(self, items: str, var: str, test: str) -> str:
        return f"size({items}.filter({var}, {test}))"

    def both(self, *tests: str) -> str:
        return self.also.join(f"({one})" for one in tests if one)

    def either(self, *tests: str) -> str:
        return self.otherwise.join(f"({one})" for one in tests)

    def choose(self, *pairs: str) -> str:
        """Return test, value, test, value, ..., value as nested conditions."""
        found = pairs[-1]
        for at in range(len(pairs) - 3, -1, -2):
            found = f"({pairs[at]} ? {pairs[at + 1]} : {found})"
        return found

    def compile(self, text: str, names: list[str]) -> Judge:
        """Return what evaluates a text on a dictionary."""
        raise NotImplementedError


class CelCpp(Dialect):
    """CEL in C++, by Google."""

    package = "cel-expr-python"

    def compile(self, text: str, names: list[str]) -> Judge:
        from cel_expr_python import cel

        env = cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN))
        compiled = env.compile(text)
        return lambda data: compiled.eval(data=data).plain_value()


class CelRust(Dialect):
    """CEL in Rust."""

    package = "common-expression-language"

    def compile(self, text: str, names: list[str]) -> Judge:
        import cel

        return cel.compile(text).execute  # type: ignore[no-any-return]


class CelPython(Dialect):
    """CEL in Python."""

    package = "cel-python"

    def compile(self, text: str, names: list[str]) -> Judge:
        import celpy

        env = celpy.Environment()
        program = env.program(env.compile(text))
        return lambda data: program.evaluate(celpy.json_to_cel(data))


class Zen(Dialect):
    """The expressions of the GoRules engine, in Rust."""

    package = "zen-engine"
    also, otherwise = " and ", " or "

    def some(self, items: str, var: str, test: str) -> str:
        return f"some({items} as {var}, {test})"

    def every(self, items: str, var: str, test: str) -> str:
        return f"all({items} as {var}, {test})"

    def each(self, items: str, var: str, value: str) -> str:
        return f"map({items} as {var}, {value})"

    def count(self, items: str, var: str, test: str) -> str:
        return f"len(filter({items} as {var}, {test}))"

    def compile(self, text: str, names: list[str]) -> Judge:
        import zen

        return zen.compile_expression(text).evaluate  # type: ignore[no-any-return]


class RuleEngine(Dialect):
    """The expressions of rule-engine, in Python."""

    package = "rule-engine"
    also, otherwise = " and ", " or "

    def some(self, items: str, var: str, test: str) -> str:
        return f"$any([{test} for {var} in {items}])"

    def every(self, items: str, var: str, test: str) -> str:
        return f"$all([{test} for {var} in {items}])"

    def each(self, items: str, var: str, value: str) -> str:
        return f"[{value} for {var} in {items}]"

    def count(self, items: str, var: str, test: str) -> str:
        return f"[{var} for {var} in {items} if {test}].length"

    def compile(self, text: str, names: list[str]) -> Judge:
        import rule_engine

        return rule_engine.Rule(text).evaluate  # type: ignore[no-any-return]


DIALECTS = {one.package: one for one in (Zen, CelCpp, CelRust, CelPython, RuleEngine)}


def text_of(state: str) -> str:
    return f"'{state}'"


def within(
    say: Dialect, acts: str, test: str, since: str, due: str, closed: bool = False, lead: int = 0
) -> str:
    """Return the expression of what is owed once by a due, as in ``projects.by_numpy``."""
    from_then = f"a.at >= {since}" if since else ""
    in_time = f"a.at {'<=' if closed else '<'} {due}"
    ever = say.both(test, from_then)
    return say.choose(
        say.some(acts, "a", say.both(test, from_then, in_time)), text_of("fulfilled"),
        say.some(acts, "a", ever or "true"), text_of("fulfilled_late"),
        f"{due} {'<' if closed else '<='} now", text_of("overdue"),
        *([f"{due} - {lead} <= now", text_of("due_soon")] if lead else []), text_of("pending"),
    )  # fmt: skip


def ten_norms(say: Dialect) -> str:
    """Return one expression of all ten norms: a list of states for each, in the order of NORMS."""
    quoted = [f"(t.day + {days * DAY})" for days in (61, 16, 8)]
    launch, measures, week = quoted
    kind = "a.kind == '{}'".format
    first = say.choose(
        f"v.known >= v.day - {DAY}", text_of("infeasible"),
        say.some("documents", "a", say.both(kind("issue_list"), "a.ref == v.ref",
                                            f"a.at < v.day - {DAY}")), text_of("fulfilled"),
        say.some("documents", "a", say.both(kind("issue_list"), "a.ref == v.ref",
                                            "a.at <= v.at")), text_of("fulfilled_late"),
        "v.at <= now", text_of("breached"),
        f"v.day - {DAY} <= now", text_of("overdue"),
        f"v.day - {2 * DAY} <= now", text_of("due_soon"), text_of("pending"),
    )  # fmt: skip
    gathered = say.either(kind("launch"), kind("mobilisation"))

    def period(periods: str, acts: str) -> str:
        inside = say.some(acts, "a", say.both("a.at >= p.begin", "a.at < p.end"))
        return say.each(periods, "p", say.choose(
            inside, text_of("fulfilled"), "p.end <= now", text_of("breached"), text_of("pending"),
        ))  # fmt: skip

    led = say.count("meetings", "a", say.both(kind("leading_group"), "a.at >= t.at"))
    norms = {
        "4.1-plan-48h": say.each("task", "t", within(
            say, "documents", kind("schedule"), "t.at", f"(t.at + {48 * HOUR})", True, 12 * HOUR)),
        "4.3-issue-list-2d": say.each("visits", "v", first),
        "4.4-report-24h": say.each("held", "t", within(
            say, "reports", say.both(kind("company_leader"), "a.ref == t.ref"), "t.ended",
            f"(t.ended + {24 * HOUR})", True)),
        "5.3-launch-meeting-60d": say.each("task", "t", within(
            say, "meetings", gathered, "t.at", launch, lead=10 * DAY)),
        "5.4-measures-15d": say.each("task", "t", within(
            say, "documents", kind("management_measures"), "t.at", measures)),
        "6.a-detail-list-7d": say.each("docked", "t", within(
            say, "documents", kind("detail_list"), "", week)),
        "6.e-revise-7d": say.each("returned", "t", within(
            say, "resolved", "a.ref == t.ref", "t.at", week)),
        "4.5-monthly-guidance": period("months", "held"),
        "4.5-fortnight-inquiry": period("fortnights", "inquiries"),
        "5.3-leader-meetings-8": say.each("task", "t", say.choose(
            f"{led} >= 8", text_of("fulfilled"), text_of("pending"))),
    }  # fmt: skip
    return "[" + ", ".join(norms[name] for name in NORMS) + "]"


def scorecard(say: Dialect, card: Card) -> str:
    """Return [half points of each row, -1 if nobody rated it; whether something vetoes]."""
    rows = []
    for number, name in enumerate(card.ids):
        held = f"evidence[{number}]"
        good = ("e.stamped", "e.valid", "e.authentic")
        kinds = [f"e.kind == '{card.kinds[one]}'" for one in card.needs[number]] or [""]
        proven = say.both(*(say.some(held, "e", say.both(kind, *good)) for kind in kinds))
        given = f"ratings[{number}]"
        points = f"{given}.points"
        if card.graded[number]:
            excellent, well, fair, _ = card.half[number].tolist()
            grade = f"{given}.grade"
            points = say.choose(
                f"{grade} == 'excellent'", str(excellent), f"{grade} == 'good'", str(well),
                f"{grade} == 'fair'", str(fair), f"{grade} == 'poor'", "0", "-1",
            )  # fmt: skip
        whole = say.choose(proven, points, "0")
        if name == "28":
            whole = say.choose("elderly", whole, str(int(card.full[number])))
        rows.append(whole)
    veto = say.either(
        f"submitted >= {CLOSED}", "batch != '1' && batch != '2'".replace(" && ", say.also),
        say.some("ticks", "k", "k.satisfied == false"),
        say.some("violations", "w", say.both("w.severity == 'major'", "w.at >= since")),
    )  # fmt: skip
    return f"[[{', '.join(rows)}], {veto}]"


def w2(name: str) -> Callable[[list[dict[str, Any]]], dict[str, list[str]]]:
    """Return what judges projects: the states of each norm, case by case."""
    say = DIALECTS[name]()
    names = ["now", "task", "docked", "documents", "visits", "held", "reports", "inquiries",
             "meetings", "returned", "resolved", "months", "fortnights"]  # fmt: skip
    judge = say.compile(ten_norms(say), names)

    def run(cases: list[dict[str, Any]]) -> dict[str, list[str]]:
        found: list[list[str]] = [[] for _ in NORMS]
        for case in cases:
            for states, more in zip(found, judge(case), strict=True):
                states += more
        return dict(zip(NORMS, found, strict=True))

    return run


def w1(name: str, card: Card) -> Callable[[list[dict[str, Any]]], list[tuple[int, int, int]]]:
    """Return what scores applications: lowest and highest half points, and the outcome."""
    say = DIALECTS[name]()
    names = ["batch", "elderly", "submitted", "since", "ratings", "evidence", "violations", "ticks"]
    judge = say.compile(scorecard(say, card), names)
    full = card.full.tolist()

    def run(cases: list[dict[str, Any]]) -> list[tuple[int, int, int]]:
        found = []
        for case in cases:
            points, veto = judge(case)
            lo = int(sum(one for one in points if one > 0))
            hi = lo + sum(most for one, most in zip(points, full, strict=True) if one < 0)
            outcome = PASS if lo >= 170 else UNDETERMINED
            found.append((lo, hi, FAIL if veto or hi < 170 else outcome))
        return found

    return run
