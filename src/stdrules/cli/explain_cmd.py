"""``stdrules explain``: how one finding came about, step by step."""

from __future__ import annotations

from typing import Any

import click

from stdrules.api.loading import load
from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.cli import options
from stdrules.cli.command import LocalCommand
from stdrules.cli.output import Terminal
from stdrules.cli.quoting import bound_quotes
from stdrules.plan.results import Finding
from stdrules.report.explain import explain
from stdrules.report.layout import wrap
from stdrules.report.report import Report


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(
        ruleset: str, files: tuple[str, ...], facts: str | None, as_of: str, norm: str | None,
        key: str | None, mapping: str | None, **rest: Any,
    ) -> int:  # fmt: skip
        paths = [*files, *([facts] if facts else [])]
        if not paths:
            raise click.UsageError(say("请给出数据文件", "give a file of facts"))
        if norm is None and key is None:
            raise click.UsageError(say("请给出 --norm 或 --key", "give --norm or --key"))
        rest["readings"] = options.pairs(rest["readings"], "--reading", say)
        rest["parameters"] = options.pairs(rest["parameters"], "--parameter", say)
        rest["cases"] = rest["cases"] or None
        rules = load(ruleset)
        report = rules.audit(paths, as_of, mapping=mapping, **rest)
        header = rules.source.header
        quotes = bound_quotes(rules, terminal)
        blocks = [
            explain(
                finding, report.plan, terminal.lang, as_of=report.as_of,
                names=report.setting.names, readings=header.readings,
                parameters=header.parameters, quotes=quotes, width=terminal.width,
            )
            for finding in _chosen(report, norm, key)
        ]  # fmt: skip
        if report.profile is not None:
            blocks.append("\n".join(wrap(report.profile.told().get(terminal.lang), terminal.width)))
        terminal.write("\n\n".join(blocks))
        return 0

    file = say("文件", "FILE")
    return LocalCommand(
        terminal,
        "explain",
        callback=run,
        help=say("说明结论的来由：规范、事实、推算与所依据的解读。",
                 "Explain findings: the norm, the facts, the arithmetic and the readings."),
        params=[
            options.ruleset(say),
            click.Argument(["files"], nargs=-1, metavar=say("文件…", "FILES...")),
            click.Option(["--facts"], metavar=file, help=say("事实", "facts")),
            *options.moments(say),
            click.Option(["--norm"], metavar=say("编号", "ID"), help=say("规范", "the norm")),
            click.Option(["--key"], metavar=say("实例", "KEY"),
                         help=say("实例名", "the key of the finding")),
            click.Option(["--mapping"], metavar=file, type=click.Path(dir_okay=False),
                         help=say("映射文件", "a mapping file")),
            *options.choices(say),
            *options.shared(say),
        ],
    )  # fmt: skip


def _chosen(report: Report, norm: str | None, key: str | None) -> list[Finding]:
    """Return the findings asked for.

    Raises:
        UsageError: There is none.
    """
    found = report.find(norm=norm) if norm is not None else report.obligations
    if key is None:
        if not found:
            raise UsageError(Text("没有个案可说明", "there is no case to explain"))
        return list(found)
    chosen = [finding for finding in found if key in (finding.key, finding.key.partition("/")[2])]
    if not chosen:
        near = did_you_mean(key, {finding.key for finding in found})
        raise UsageError(
            Text(f"没有实例 `{key}`", f"there is no finding with the key `{key}`"),
            hint=Text(f"是否指 `{near}`", f"did you mean `{near}`?") if near else None,
        )
    return chosen
