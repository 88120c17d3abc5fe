"""``stdrules session``: live sessions in a journal. Its actions are in ``session_actions``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from stdrules.cli import options, session_actions
from stdrules.cli.command import LocalCommand, write_rows
from stdrules.cli.language import Say
from stdrules.cli.output import Terminal

#: Adds an action: its name, what it does, Chinese, English, parameters.
Add = Callable[..., None]


class Actions(LocalCommand, click.Group):
    """The actions of a session, listed in the language of the user."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in their order."""
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the actions."""
        super().format_options(ctx, formatter)
        rows = [(name, one.help or "") for name, one in self.commands.items()]
        write_rows(formatter, self.terminal.say("动作", "Actions"), rows)


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say
    group = Actions(
        terminal, "session",
        help=say("在日志中持续接收事实的会话：逐条登记，推进时钟，查看将到的期限。",
                 "Live sessions in a journal: post facts one at a time, move the clock, see what "
                 "is coming."),
        subcommand_metavar=say("动作 [参数]…", "ACTION [ARGS]..."),
        params=options.shared(say),
    )  # fmt: skip

    def add(name: str, run: Callable[..., int], zh: str, en: str, *params: click.Parameter) -> None:
        def called(**given: Any) -> int:
            return run(terminal, **given)

        group.add_command(LocalCommand(
            terminal, name, callback=called, help=say(zh, en),
            params=[_journal(say), *params, *options.shared(say)],
        ))  # fmt: skip

    _add_work(say, add)
    _add_care(say, add)
    return group


def _add_work(say: Say, add: Add) -> None:
    add(
        "open",
        session_actions.open_,
        "新建或重新打开日志，补齐崩溃后缺的记录",
        "make a journal, or open it and complete what a crash left",
        *_rules(say),
        _moment(say, "--clock", "新会话的起始时钟", "where the clock of a new session starts"),
    )
    add(
        "post",
        session_actions.post,
        "从标准输入读 JSON 行，逐条登记，每行输出一个变化",
        "read JSON lines from standard input, post each, print what changed, a line each",
        *_rules(say),
        click.Option(
            ["--refused"],
            metavar=say("文件", "FILE"),
            type=click.Path(dir_okay=False),
            help=say(
                "不能登记的行连同原因写到文件末尾，继续下一行（退出码 3）；不给此项则在该行停下",
                "append lines that cannot be posted to a file, with the reason, and go on "
                "(exit code 3); without it the first of them ends the command",
            ),
        ),
    )
    add(
        "advance",
        session_actions.advance,
        "推进时钟，逐步输出变化",
        "move the clock, print what changes, step by step",
        *_rules(say),
        _moment(say, "--to", "推进到的时点", "the moment to move to", required=True),
    )
    add(
        "status",
        session_actions.status,
        "显示日志的状况；不加锁",
        "show how the journal stands; takes no lock",
        _form(say),
    )
    add(
        "due",
        session_actions.due,
        "列出将到的期限，可写成日历文件；不加锁",
        "list coming deadlines, or write a calendar file; takes no lock",
        *_rules(say),
        _moment(say, "--from", "起", "from", name="first"),
        _moment(say, "--to", "止", "to", required=True, name="last"),
        click.Option(
            ["--ics"],
            metavar=say("文件", "FILE"),
            type=click.Path(dir_okay=False),
            help=say("写成日历文件（iCalendar）", "write a calendar file (iCalendar)"),
        ),
        _form(say),
    )


def _add_care(say: Say, add: Add) -> None:
    add(
        "verify",
        session_actions.verify_,
        "核对每条记录；不加锁",
        "check every record; takes no lock",
    )
    add(
        "repair",
        session_actions.repair_,
        "按两份副本恢复；不加 --yes 只说明会做什么",
        "restore from both copies; without --yes it only tells what it would do",
        click.Option(
            ["--yes", "consent"], is_flag=True, help=say("确实修改", "do change the files")
        ),
    )
    add(
        "export",
        session_actions.export,
        "输出登记过的全部事实，每行一个 JSON 对象；不加锁",
        "print all that was posted, a JSON object a line; takes no lock",
        *_rules(say),
    )


def _journal(say: Say) -> click.Argument:
    return click.Argument(["journal"], metavar=say("日志", "JOURNAL"))


def _rules(say: Say) -> list[click.Parameter]:
    value = say("名称=值", "NAME=VALUE")
    return [
        click.Option(["--ruleset", "rulesets"], multiple=True, metavar=say("规则集", "RULESET"),
                     help=say("规则集，可重复；已有的日志默认用其中所记的",
                              "a ruleset; may be repeated; by default those that the journal "
                              "names")),
        click.Option(["--reading", "readings"], multiple=True, metavar=value,
                     help=say("选择一种解读，可重复", "choose a reading; may be repeated")),
        click.Option(["--parameter", "parameters"], multiple=True, metavar=value,
                     help=say("给出一个参数，可重复", "give a parameter; may be repeated")),
    ]  # fmt: skip


def _moment(
    say: Say, option: str, zh: str, en: str, required: bool = False, name: str | None = None
) -> click.Option:
    names = [option, *([name] if name else [])]
    return click.Option(names, required=required, metavar=say("时点", "MOMENT"), help=say(zh, en))


def _form(say: Say) -> click.Option:
    return options.output(say, ("text", "json"))
