"""The ledger: it is whole, and what it names exists."""

from __future__ import annotations

from collections.abc import Iterator

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.text import Text
from stdrules.check import codes
from stdrules.check.source import Finder, near
from stdrules.model.ledger import LedgerEntry
from stdrules.plan.plan import Plan

LEDGER = "clauses.yaml"
_STATUSES = ("encoded", "assisted", "not_evaluable", "informative")


def references(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return what a ledger may name: norms, scorecards and their rows.

    Returns:
        Name -> the names that naming it also covers: a whole scorecard covers its rows.
    """
    found: dict[str, tuple[str, ...]] = {norm.id: () for norm in plan.norms}
    for card in plan.scorecards:
        rows = [row.id for group in card.groups for row in group.indicators]
        rows += [condition.id for condition in (*card.conditions, *card.vetoes)]
        names = tuple(f"{card.id}/{row}" for row in rows)
        found.update(dict.fromkeys(names, ()))
        found[card.id] = names
    return found


def check_ledger(finder: Finder, plan: Plan | None) -> Iterator[Diagnostic]:
    """Yield what is wrong with the ledger; without a plan what it names is not looked up."""
    ledger = finder.source.ledger
    counts = {
        status: sum(entry.status == status for entry in ledger.clauses) for status in _STATUSES
    }
    expected = ledger.expected_statements
    if expected is None or expected != len(ledger.clauses):
        shown = " + ".join(f"{count} {status}" for status, count in counts.items())
        yield finder.report(
            codes.STATEMENTS, finder.at(LEDGER, "expected_statements"),
            f"expected_statements 为 {expected}，台账有 {len(ledger.clauses)} 条（{shown}）",
            f"expected_statements is {expected}, the ledger has {len(ledger.clauses)} ({shown})",
        )  # fmt: skip
    for entry in ledger.clauses:
        yield from _names(finder, entry)
        yield from _status(finder, entry, plan)
    if plan is not None:
        yield from _norms(finder, plan)


def _names(finder: Finder, entry: LedgerEntry) -> Iterator[Diagnostic]:
    header = finder.source.header
    for found, known, zh, en in (
        (entry.readings, list(header.readings), "解读", "reading"),
        (entry.parameters, list(header.parameters), "参数", "parameter"),
    ):
        for name in found:
            if name not in known:
                yield finder.report(
                    codes.LEDGER_NAME, finder.at(LEDGER, entry.id),
                    f"`{entry.id}` 引用了未声明的{zh} `{name}`",
                    f"`{entry.id}` names the {en} `{name}`, which is not declared",
                    near(name, known),
                )  # fmt: skip


def _status(finder: Finder, entry: LedgerEntry, plan: Plan | None) -> Iterator[Diagnostic]:
    needed = {
        "encoded": (bool(entry.norms), "norms"),
        "assisted": (bool(entry.norms) and entry.question is not None, "norms, question"),
        "not_evaluable": (entry.reason is not None and not entry.norms, "reason"),
        "informative": (entry.reason is not None and not entry.norms, "reason"),
    }
    right, shown = needed[entry.status]
    span = finder.at(LEDGER, entry.id)
    if not right:
        yield finder.report(
            codes.LEDGER_STATUS, span, f"`{entry.id}` 为 {entry.status}，需要 {shown}",
            f"`{entry.id}` is {entry.status} and needs {shown}",
        )  # fmt: skip
    if plan is None or not entry.norms:
        return
    named = [norm for norm in plan.norms if norm.id in entry.norms]
    judged = any(norm.assisted for norm in named)
    if entry.status == "assisted" and not judged:
        yield finder.report(
            codes.LEDGER_STATUS, span, f"`{entry.id}` 为 assisted，但其规范没有 judgement 要素",
            f"`{entry.id}` is assisted, but none of its norms has a judgement element",
        )  # fmt: skip
    if entry.status == "encoded" and named and all(norm.assisted for norm in named):
        rows = set(entry.norms) - {norm.id for norm in named}
        if not rows:
            yield finder.report(
                codes.LEDGER_STATUS, span,
                f"`{entry.id}` 为 encoded，但其规范全靠人工判断",
                f"`{entry.id}` is encoded, but all its norms need a person's judgement",
                Text("改为 assisted 并写明 question", "make it assisted, with its question"),
            )  # fmt: skip


def _norms(finder: Finder, plan: Plan) -> Iterator[Diagnostic]:
    ledger = finder.source.ledger
    known = references(plan)
    named: set[str] = set()
    for entry in ledger.clauses:
        for name in entry.norms:
            if name not in known:
                yield finder.report(
                    codes.LEDGER_NORM, finder.at(LEDGER, entry.id),
                    f"`{entry.id}` 引用了不存在的 `{name}`",
                    f"`{entry.id}` names `{name}`, which is not there", near(name, known),
                )  # fmt: skip
            named |= {name, *known.get(name, ())}
    statements = {entry.id for entry in ledger.clauses}
    yield from _uncovered(finder, plan, named, statements)


def _uncovered(
    finder: Finder, plan: Plan, named: set[str], statements: set[str]
) -> Iterator[Diagnostic]:
    for norm in finder.source.norm_trees:
        if norm.id not in named:
            yield finder.report(
                codes.NOT_IN_LEDGER, norm.span, f"台账没有引用规范 `{norm.id}`",
                f"no statement of the ledger names the norm `{norm.id}`",
            )  # fmt: skip
    for card in plan.scorecards:
        for group in card.groups:
            for row in group.indicators:
                span = finder.at("scorecard.yaml", row.id)
                if row.statement and row.statement not in statements:
                    yield finder.report(
                        codes.STATEMENT, span, f"台账没有陈述 `{row.statement}`",
                        f"the ledger has no statement `{row.statement}`",
                        near(row.statement, frozenset(statements)),
                    )  # fmt: skip
                if not row.statement and f"{card.id}/{row.id}" not in named:
                    yield finder.report(
                        codes.NOT_IN_LEDGER, span, f"台账没有引用指标 `{card.id}/{row.id}`",
                        f"no statement of the ledger names `{card.id}/{row.id}`",
                    )  # fmt: skip
        for condition in (*card.conditions, *card.vetoes):
            if f"{card.id}/{condition.id}" not in named:
                yield finder.report(
                    codes.NOT_IN_LEDGER, finder.at("scorecard.yaml", condition.id),
                    f"台账没有引用条件 `{card.id}/{condition.id}`",
                    f"no statement of the ledger names `{card.id}/{condition.id}`",
                )  # fmt: skip
