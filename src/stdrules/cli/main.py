"""The command ``stdrules``: finds the sub-command, and turns every error into a message.

Exit codes: 0 clean; 1 findings at or above the level asked for; 2 unusable input; 3 the analysis
could not be finished.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

import click

from stdrules.base.diagnostics import did_you_mean
from stdrules.base.errors import StdrulesError, UnfinishedError
from stdrules.base.process import collect_rarely
from stdrules.cli.command import LocalCommand, explain_usage, write_rows
from stdrules.cli.language import language
from stdrules.cli.options import shared
from stdrules.cli.output import Terminal, use_utf8

CLEAN, FINDINGS, UNUSABLE, INCOMPLETE = 0, 1, 2, 3
INTERRUPTED: Final = 130
#: Command -> (module, Chinese, English).
COMMANDS: Final = {
    "list": ("list_cmd", "列出可用的规则集", "list the rulesets that can be used"),
    "show": ("show_cmd", "显示规则集、条款或规范", "show a ruleset, a clause or a norm"),
    "audit": ("audit_cmd", "按规则集审核导出的数据", "audit exported data by a ruleset"),
    "eval": ("eval_cmd", "严格求值：数据有误即拒绝", "judge facts strictly: bad data are refused"),
    "explain": ("explain_cmd", "说明一项结论的来由", "explain how one finding came about"),
    "history": ("history_cmd", "结论如何随所知而变", "tell how a finding changed with knowledge"),
    "diff-runs": ("diff_runs_cmd", "比较两份报告", "compare two reports"),
    "bind": (
        "bind_cmd",
        "与自己手中的原文核对并绑定",
        "bind your copy of the document",
    ),
    "sensitivity": (
        "sensitivity_cmd", "哪些结论取决于解读", "tell which findings rest on a reading",
    ),
    "session": ("session_cmd", "在日志中持续接收事实", "keep a live session in a journal"),
    "check": ("check_cmd", "检查规则集", "check a ruleset"),
    "test": ("test_cmd", "运行规则集自带的测试", "run the tests that a ruleset carries"),
    "schema": ("schema_cmd", "输出文件格式的 JSON Schema", "print the JSON Schemas of the files"),
}


class Commands(LocalCommand, click.Group):
    """Sub-commands whose modules are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and build it."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"stdrules.cli.{COMMANDS[cmd_name][0]}")
        command = module.build(self.terminal)
        assert isinstance(command, click.Command)
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the commands; no command is imported for it."""
        super().format_options(ctx, formatter)
        say = self.terminal.say
        rows = [(name, say(*texts)) for name, (_module, *texts) in COMMANDS.items()]
        write_rows(formatter, say("命令", "Commands"), rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; one that is misspelt is refused with the one that is near."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near, say = did_you_mean(args[0], COMMANDS), self.terminal.say
            hint = say(f"，是否指 `{near}`", f"; did you mean `{near}`?") if near else ""
            ctx.fail(say(f"没有命令 `{args[0]}`", f"no command `{args[0]}`") + hint)
        return super().resolve_command(ctx, args)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    use_utf8()
    if args is None:
        collect_rarely()
    given = list(sys.argv[1:] if args is None else args)
    sys.exit(run(given))


def run(args: Sequence[str]) -> int:
    """Run the command line.

    Args:
        args: What follows the name of the program.

    Returns:
        The exit code.
    """
    terminal = Terminal(language(args, os.environ))
    try:
        code = _group(terminal).main(list(args), "stdrules", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else CLEAN
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        terminal.error(explain_usage(error, terminal))
        return UNUSABLE
    except StdrulesError as error:
        terminal.error(error.render(terminal.lang, terminal.error_color))
        return INCOMPLETE if isinstance(error, UnfinishedError) else UNUSABLE
    except (KeyboardInterrupt, click.Abort):
        terminal.error(terminal.say("已中断", "interrupted"))
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away; nothing more can be said on standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INCOMPLETE
    except Exception as error:
        return _unexpected(error, args, terminal)


def _group(terminal: Terminal) -> Commands:
    say = terminal.say
    return Commands(
        terminal,
        "stdrules",
        help=say(
            "按标准核对事实：义务、期限、违反与得分，每一条都注明条款。",
            "Hold facts against standards: obligations, deadlines, violations and scores, "
            "each with its clause.",
        ),
        epilog=say(
            "退出码：0 无问题；1 有发现；2 输入不可用；3 分析不完整。",
            "Exit codes: 0 clean; 1 findings; 2 unusable input; 3 analysis incomplete.",
        ),
        subcommand_metavar=say("命令 [参数]…", "COMMAND [ARGS]..."),
        params=[*shared(say), _version(terminal)],
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        callback=_without_command,
        invoke_without_command=True,
    )


def _without_command() -> None:
    """Show the help if no command is given."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _version(terminal: Terminal) -> click.Option:
    def show(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            from importlib.metadata import PackageNotFoundError, version

            try:
                click.echo(f"stdrules {version('stdrules')}")
            except PackageNotFoundError:
                click.echo("stdrules")
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show,
        help=terminal.say("显示版本", "show the version"),
    )


def _unexpected(error: Exception, args: Sequence[str], terminal: Terminal) -> int:
    if "--debug" in args:
        terminal.error("".join(traceback.format_exception(error)).rstrip())
        return INCOMPLETE
    kind = type(error).__name__
    terminal.error(
        terminal.say(
            f"内部错误（{kind}），分析未完成\n  = 提示: 加 --debug 再运行一次，把输出报告给维护者",
            f"internal error ({kind}); the analysis is not finished\n"
            "  = hint: run it again with --debug and report what it prints",
        )
    )
    return INCOMPLETE


if __name__ == "__main__":
    main()
