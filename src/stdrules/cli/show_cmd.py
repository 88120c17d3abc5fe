"""``stdrules show``: a ruleset, one of its clauses or norms, or its ledger."""

from __future__ import annotations

import json
from typing import Any

import click

from stdrules.api.comparing import compare
from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.cli import options
from stdrules.cli.command import LocalCommand
from stdrules.cli.output import Terminal
from stdrules.cli.quoting import bound_quotes
from stdrules.plan.plan import Plan
from stdrules.report.listing import (
    clause_text,
    ledger_dict,
    ledger_text,
    ledger_totals,
    norm_table,
    show_ruleset,
)
from stdrules.report.quotes import Quotes


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(
        ruleset: str, what: str | None, ledger: bool, side_by_side: bool, form: str,
        readings: tuple[str, ...], parameters: tuple[str, ...],
    ) -> int:  # fmt: skip
        if side_by_side:
            return _compare(ruleset, what, form, terminal)
        rules = load(ruleset)
        plan = rules.plan(
            options.pairs(readings, "--reading", say),
            options.pairs(parameters, "--parameter", say),
        )
        if form == "json":
            plain = _as_json(rules, plan, what, ledger)
            if what is not None:
                _quote(plain, bound_quotes(rules, terminal))
            terminal.write(json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2))
        else:
            terminal.write(_as_text(rules, plan, what, ledger, terminal))
        return 0

    reading, parameter, *_rest = options.choices(say)
    return LocalCommand(
        terminal,
        "show",
        callback=run,
        help=say("显示规则集；给出条款号或规范编号则只显示该条；或对照两个规则集。",
                 "Show a ruleset, or one clause or norm of it, or two rulesets side by side."),
        params=[
            options.ruleset(say),
            click.Argument(["what"], required=False,
                           metavar=say("条款或规范", "[CLAUSE|NORM|RULESET]")),
            click.Option(["--ledger"], is_flag=True,
                         help=say("条款台账：每条陈述如何处理",
                                  "the ledger: what became of every statement")),
            click.Option(["--compare", "side_by_side"], is_flag=True,
                         help=say("对照两个规则集：show --compare A B",
                                  "two rulesets side by side: show --compare A B")),
            options.output(say, ("text", "json")),
            reading,
            parameter,
            *options.shared(say),
        ],
    )  # fmt: skip


def _compare(first: str, second: str | None, form: str, terminal: Terminal) -> int:
    say = terminal.say
    if second is None:
        raise click.UsageError(say("--compare 需要两个规则集", "--compare needs two rulesets"))
    found = compare(first, second)
    if form == "json":
        terminal.write(json.dumps(found.to_dict(), ensure_ascii=False, sort_keys=True, indent=2))
    else:
        terminal.write(found.text(terminal.lang, terminal.width))
    return 0


def _as_text(rules: Ruleset, plan: Plan, what: str | None, ledger: bool, terminal: Terminal) -> str:
    lang, width = terminal.lang, terminal.width
    entries = rules.ledger.clauses
    if what is not None:
        _need(rules, plan, what)
        quotes = bound_quotes(rules, terminal)
        return clause_text(what, entries, plan, lang, width, quotes)
    if ledger:
        return ledger_text(entries, lang, width)
    head = show_ruleset(rules.source.header, plan, rules.ledger, lang, width)
    return f"{head}\n\n{norm_table(plan.norms, lang, width, plan.roles)}"


def _as_json(rules: Ruleset, plan: Plan, what: str | None, ledger: bool) -> dict[str, Any]:
    entries = rules.ledger.clauses
    if what is not None:
        _need(rules, plan, what)
        entries = tuple(e for e in entries if what in (e.locator, e.id, *e.norms))
        return {**ledger_dict(entries), "norms": _norms(plan, what)}
    if ledger:
        return ledger_dict(entries)
    header = rules.source.header
    return {
        "ruleset": {"id": rules.id, "version": rules.version, "digest": rules.digest},
        "title": rules.title.to_json(),
        "document": header.document.number,
        "timezone": header.timezone,
        "calendar": header.calendar,
        "cases": [case.type for case in header.case_types],
        "readings": dict(plan.readings),
        "parameters": dict(plan.parameters),
        "totals": ledger_totals(entries),
        "norms": _norms(plan, None),
    }


def _quote(plain: dict[str, Any], quotes: Quotes) -> None:
    """Add the sentences of the bound document to the statements shown."""
    for clause in plain["clauses"]:
        quote = quotes.get(clause["id"])
        if quote is not None:
            clause |= {"quote": quote.sentence, "quote_reviewed": quote.reviewed}


def _norms(plan: Plan, what: str | None) -> list[dict[str, Any]]:
    return [
        {
            "id": norm.id,
            "part": norm.sub or None,
            "kind": norm.kind,
            "clause": norm.clause,
            "modality": norm.modality,
            "bearer": norm.bearer or None,
            "title": norm.title.to_json(),
            "readings": list(norm.readings),
            "parameters": list(norm.parameters),
        }
        for norm in plan.norms
        if what is None or what in (norm.id, norm.clause, *norm.clauses)
    ]


def _need(rules: Ruleset, plan: Plan, what: str) -> None:
    known = {name for e in rules.ledger.clauses for name in (e.locator, e.id, *e.norms)}
    known |= {name for n in plan.norms for name in (n.id, n.clause, *n.clauses)}
    if what not in known:
        near = did_you_mean(what, known)
        raise UsageError(
            Text(f"没有条款或规范 `{what}`", f"there is no clause or norm `{what}`"),
            hint=Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None,
        )
