"""``stdrules sensitivity``: which findings another reading would change, and which none does."""

from __future__ import annotations

from typing import Any

import click

from stdrules.api.facts import gather_files
from stdrules.api.loading import load
from stdrules.cli import options
from stdrules.cli.command import LocalCommand
from stdrules.cli.output import Terminal
from stdrules.report.sensitivity import Sensitivity
from stdrules.report.sensitivity_text import DEFAULT_TOP


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(
        ruleset: str, files: tuple[str, ...], facts: str | None, as_of: str, form: str,
        top: int, mapping: str | None, **rest: Any,
    ) -> int:  # fmt: skip
        if bool(files) == (facts is not None):
            raise click.UsageError(say("请给出数据文件，或用 --facts",
                                       "give files of data, or --facts"))  # fmt: skip
        rest["readings"] = options.pairs(rest["readings"], "--reading", say)
        rest["parameters"] = options.pairs(rest["parameters"], "--parameter", say)
        swept = options.pairs(rest.pop("sweeps"), "--sweep", say)
        rest["sweeps"] = {name: text.split(",") for name, text in swept.items()}
        rest["cases"] = rest["cases"] or None
        rest["only"] = rest["only"] or None
        rules = load(ruleset)
        given = gather_files(files, rules.source, mapping) if files else str(facts)
        found = rules.sensitivity(given, as_of, **rest)
        write(found, form, terminal, top)
        return exit_code(found)

    return LocalCommand(
        terminal, "sensitivity", callback=run, help=_help(terminal), params=_params(terminal)
    )


def write(found: Sensitivity, form: str, terminal: Terminal, top: int) -> None:
    """Write what was found to standard output in one of the formats of the command."""
    if not found.report.obligations and not found.report.scores:
        terminal.error(terminal.say("没有任何个案可评价", "there is no case to judge"))
    if form == "text":
        terminal.write(found.text(terminal.lang, width=terminal.width, top=top))
    elif text := found.text(terminal.lang, form):
        terminal.write(text)


def exit_code(found: Sensitivity) -> int:
    """Return 1 if a violation or the outcome of a score flips, else 3 if data lack, else 0."""
    if found.flips:
        return 1
    nothing = not found.report.obligations and not found.report.scores
    return 3 if nothing or any(found.report.rejected.values()) else 0


def _help(terminal: Terminal) -> str:
    return terminal.say(
        "逐一改用其他解读重新评价，列出哪些结论会变、哪些始终不变。"
        "退出码：1 有解读会改变违反或评分结果；否则有未采用的行为 3，没有为 0；数据不可用为 2。",
        "Judge again under each other reading, and tell which findings change and which none "
        "does. Exit code 1: a reading makes or undoes a violation, or turns the outcome of a "
        "score; else 3 if rows were set aside, 0 if not; 2: the data cannot be used.",
    )


def _params(terminal: Terminal) -> list[click.Parameter]:
    say = terminal.say
    file, name = say("文件", "FILE"), say("名称", "NAME")
    evaluators = {"evaluator"}
    chosen = [one for one in options.choices(say) if one.name not in evaluators]
    return [
        options.ruleset(say),
        click.Argument(["files"], nargs=-1, metavar=say("文件…", "FILES...")),
        click.Option(["--facts"], metavar=file, type=click.Path(dir_okay=False),
                     help=say("事实：每行一个 JSON 对象；有误即拒绝",
                              "facts: one JSON object a line; bad ones are refused")),
        *options.moments(say),
        click.Option(["--mapping"], metavar=file, type=click.Path(dir_okay=False),
                     help=say("说明表头含义的映射文件", "a file that says what headings mean")),
        click.Option(["--pairs"], is_flag=True,
                     help=say("也试两两组合", "try two alternatives at once too")),
        click.Option(["--only"], multiple=True, metavar=name,
                     help=say("只试该解读，可重复", "try only this reading; may be repeated")),
        click.Option(["--sweep", "sweeps"], multiple=True, metavar=say("名称=值,值", "NAME=V,V"),
                     help=say("也试参数的这些值，可重复",
                              "try these values of a parameter too; may be repeated")),
        options.output(say, ("text", "json", "jsonl")),
        click.Option(["--top"], type=click.IntRange(min=0), metavar="N", default=DEFAULT_TOP,
                     help=say("每种变化列出几项，0 为只列总表",
                              "how many changes of each kind to tell; 0: the table only")),
        *chosen,
        *options.shared(say),
    ]  # fmt: skip
