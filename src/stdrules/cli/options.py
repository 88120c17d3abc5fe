"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import click

from stdrules.cli.language import LANGUAGES, Say

REPORT_FORMATS: Final = ("text", "json", "jsonl", "concise", "sarif", "junit", "github")
FAIL_LEVELS: Final = ("violation", "undetermined", "never")


def shared(say: Say) -> list[click.Parameter]:
    """Return the options of every command; both are read before the command runs."""
    return [
        click.Option(
            ["--lang"], type=click.Choice(LANGUAGES), expose_value=False, metavar="zh|en",
            help=say("文字的语言", "language of texts"),
        ),
        click.Option(
            ["--debug"], is_flag=True, expose_value=False,
            help=say("内部错误时显示完整信息", "show all about an internal error"),
        ),
    ]  # fmt: skip


def ruleset(say: Say) -> click.Argument:
    """Return the argument that names a ruleset."""
    return click.Argument(["ruleset"], metavar=say("规则集", "RULESET"))


def moments(say: Say) -> list[click.Parameter]:
    """Return the options for the moment judged and the moment of knowledge."""
    return [
        click.Option(
            ["--as-of"], required=True, metavar=say("时点", "MOMENT"),
            help=say("评价时点：2023-03-05（当天结束）或 2023-03-05T09:00",
                     "the moment judged: 2023-03-05 (the end of that day) or 2023-03-05T09:00"),
        ),
        click.Option(
            ["--known-at"], metavar=say("时点", "MOMENT"),
            help=say("只采用此前已记录的事实", "use only what was recorded by then"),
        ),
    ]  # fmt: skip


def choices(say: Say) -> list[click.Parameter]:
    """Return the options that choose readings, parameters, cases and the evaluator."""
    value = say("名称=值", "NAME=VALUE")
    return [
        click.Option(["--reading", "readings"], multiple=True, metavar=value,
                     help=say("选择一种解读，可重复", "choose a reading; may be repeated")),
        click.Option(["--parameter", "parameters"], multiple=True, metavar=value,
                     help=say("给出一个参数，可重复", "give a parameter; may be repeated")),
        profile(say),
        click.Option(["--case", "cases"], multiple=True, metavar=say("编号", "ID"),
                     help=say("只评价该个案，可重复", "judge only this case; may be repeated")),
        click.Option(["--evaluator"], default="auto", metavar="auto|case|columns|reference",
                     type=click.Choice(["auto", "case", "columns", "reference"]),
                     help=say("求值器，结果相同", "the evaluator; all give the same")),
    ]  # fmt: skip


def profile(say: Say) -> click.Option:
    """Return the option that names a profile; single choices on the command line go before it."""
    return click.Option(
        ["--profile"], metavar=say("文件", "FILE"), type=click.Path(dir_okay=False),
        help=say("本单位选定的解读和参数（profile.yaml）；命令行上的选择优先",
                 "readings and parameters of an organisation (profile.yaml); choices on the "
                 "command line go before it"),
    )  # fmt: skip


def output(say: Say, formats: Sequence[str] = REPORT_FORMATS) -> click.Option:
    """Return the option for the format of the output; the first one is the default."""
    return click.Option(
        ["--format", "form"], type=click.Choice(formats), default=formats[0],
        metavar="|".join(formats), help=say("输出格式", "format of the output"),
    )  # fmt: skip


def fail_level(say: Say) -> click.Option:
    """Return the option that says which findings make the exit code 1."""
    return click.Option(
        ["--fail-level"], type=click.Choice(FAIL_LEVELS), default="violation",
        metavar="|".join(FAIL_LEVELS),
        help=say("从哪一级起退出码为 1", "from which level on the exit code is 1"),
    )  # fmt: skip


def pairs(given: Iterable[str], option: str, say: Say) -> dict[str, str]:
    """Split ``name=value`` texts.

    Raises:
        click.UsageError: A text has no `=`, or a name is given twice with other values.
    """
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not sign or not name:
            raise click.UsageError(say(f"`{option} {text}` 应为 名称=值",
                                       f"`{option} {text}` should be name=value"))  # fmt: skip
        if found.setdefault(name, value) != value:
            raise click.UsageError(say(f"`{name}` 给出了两个不同的值",
                                       f"`{name}` is given two values"))  # fmt: skip
    return found
