"""Commands whose help and errors speak the language of the user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import click

from stdrules.base.text import display_width, pad
from stdrules.cli.output import Terminal
from stdrules.report.layout import wrap

_NAMES: Final = 24


class LocalCommand(click.Command):
    """A command with headings in the user's language.

    Args:
        terminal: The language.
        name: The name of the command.
        **options: Those of ``click.Command``.
    """

    def __init__(self, terminal: Terminal, name: str, **options: Any) -> None:
        metavar = terminal.say("[选项]", "[OPTIONS]")
        super().__init__(name, options_metavar=metavar, **options)
        self.terminal = terminal

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, self.terminal.say("用法：", "Usage: "))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        rows = [row for one in options if (row := one.get_help_record(ctx))]
        write_rows(formatter, self.terminal.say("选项", "Options"), rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = self.terminal.say("显示本说明", "show this message")
        return option


def write_rows(
    formatter: click.HelpFormatter, heading: str, rows: Sequence[tuple[str, str]]
) -> None:
    """Write names and what they mean, aligned by the columns that characters take."""
    first = min(_NAMES, max((display_width(name) for name, _ in rows), default=0))
    indent = " " * (first + 4)
    with formatter.section(heading):
        for name, meaning in rows:
            lines = wrap(meaning, formatter.width, indent)
            if display_width(name) <= first:
                lines[0] = f"  {pad(name, first)}  {lines[0].lstrip()}"
            else:
                lines.insert(0, f"  {name}")
            formatter.write("\n".join(line.rstrip() for line in lines) + "\n")


def explain_usage(error: click.ClickException, terminal: Terminal) -> str:
    """Say what is wrong with a command line, and where to look it up."""
    said = _zh(error) if terminal.lang == "zh" else None
    if said is None:
        plain = error.format_message().rstrip(".")
        said = plain[:1].lower() + plain[1:]
    lines = [terminal.say("用法错误：", "error: ") + said]
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        see = f"{ctx.command_path} --help"
        lines.append(terminal.say(f"  = 提示: 见 `{see}`", f"  = hint: see `{see}`"))
    return "\n".join(lines)


def _zh(error: click.ClickException) -> str | None:
    """Return the commonest messages in Chinese; None for others, which stay as they are."""
    if isinstance(error, click.MissingParameter):
        name = error.param.opts[0] if isinstance(error.param, click.Option) else None
        metavar = error.param.metavar if error.param is not None else None
        return f"缺少 `{name or metavar or error.param_hint}`"
    if isinstance(error, click.NoSuchOption):
        near = f"，是否指 `{error.possibilities[0]}`" if error.possibilities else ""
        return f"没有选项 `{error.option_name}`{near}"
    if isinstance(error, click.BadParameter) and isinstance(error.param, click.Option):
        kind = error.param.type
        names = f"，应为 {'、'.join(map(str, kind.choices))} 之一" if isinstance(
            kind, click.Choice) else ""  # fmt: skip
        return f"`{error.param.opts[0]}` 的值有误{names}"
    return None
