"""``stdrules test``: run the tests that rulesets carry."""

from __future__ import annotations

import json

import click

from stdrules.api.loading import load
from stdrules.api.testing import CaseResult
from stdrules.base.text import counted
from stdrules.cli.command import LocalCommand
from stdrules.cli.options import output, shared
from stdrules.cli.output import Terminal


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(rulesets: tuple[str, ...], evaluator: str, matching: str, form: str) -> int:
        everything: list[tuple[str, list[CaseResult]]] = []
        for name in rulesets:
            rules = load(name)
            rows = [r for r in rules.test(evaluator) if matching in f"{r.name} {r.clause} {r.span}"]
            everything.append((rules.id, rows))
        if form == "json":
            terminal.write(json.dumps([_as_json(*pair) for pair in everything],
                                      ensure_ascii=False, sort_keys=True, indent=2))  # fmt: skip
        else:
            for name, rows in everything:
                terminal.write(_as_text(name, rows, terminal))
        if any(not row.passed for _, rows in everything for row in rows):
            return 1
        if not all(rows for _, rows in everything):
            terminal.error(say("没有可运行的测试", "there is no test to run"))
            return 3
        return 0

    return LocalCommand(
        terminal,
        "test",
        callback=run,
        help=say("运行规则集 cases/ 中的测试。退出码：1 有测试未通过；3 没有测试。",
                 "Run the tests in cases/ of rulesets. Exit code 1: a test fails; 3: no test."),
        params=[
            click.Argument(["rulesets"], nargs=-1, required=True, metavar=say("规则集", "RULESET")),
            click.Option(["--evaluator"], type=click.Choice(["case", "reference"]), default="case",
                         metavar="case|reference", help=say("求值器", "the evaluator")),
            click.Option(["-k", "matching"], default="", metavar=say("文字", "TEXT"),
                         help=say("只运行名称、条款或位置含此文字的测试",
                                  "only tests whose name, clause or place contains this text")),
            output(say, ("text", "json")),
            *shared(say),
        ],
    )  # fmt: skip


def _as_text(name: str, rows: list[CaseResult], terminal: Terminal) -> str:
    lines: list[str] = []
    for row in rows:
        if row.passed:
            continue
        word = terminal.say("未通过", "failed")
        lines.append(f"{row.span}: {word}: {row.name}")
        for span, text in row.wrong:
            shown = text.get(terminal.lang).replace("\n", "\n    ")
            lines.append(f"    {span.line}: {shown}")
    bad = sum(not row.passed for row in rows)
    lines.append(
        terminal.say(
            f"{name}：{len(rows)} 个测试，{len(rows) - bad} 个通过，{bad} 个未通过",
            f"{name}: {counted(len(rows), 'test')}, {len(rows) - bad} passed, {bad} failed",
        )
    )
    return "\n".join(lines)


def _as_json(name: str, rows: list[CaseResult]) -> dict[str, object]:
    return {
        "ruleset": name,
        "tests": len(rows),
        "failed": sum(not row.passed for row in rows),
        "failures": [
            {
                "case": row.name,
                "clause": row.clause,
                "place": str(row.span),
                "wrong": [{"place": str(s), **t.to_json()} for s, t in row.wrong],
            }
            for row in rows
            if not row.passed
        ],
    }
