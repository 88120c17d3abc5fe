"""``stdrules eval``: judge a file of facts strictly."""

from __future__ import annotations

import click

from stdrules.api.loading import load
from stdrules.cli import options
from stdrules.cli.command import LocalCommand
from stdrules.cli.output import Terminal
from stdrules.cli.quoting import quoted
from stdrules.cli.reports import exit_code, write_report


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(
        ruleset: str, facts: str, as_of: str, known_at: str | None, readings: tuple[str, ...],
        parameters: tuple[str, ...], profile: str | None, cases: tuple[str, ...],
        evaluator: str, form: str, fail_level: str,
    ) -> int:  # fmt: skip
        rules = load(ruleset)
        report = rules.evaluate(
            facts,
            as_of,
            known_at,
            readings=options.pairs(readings, "--reading", say),
            parameters=options.pairs(parameters, "--parameter", say),
            profile=profile,
            evaluator=evaluator,
            cases=cases or None,
        )
        write_report(quoted(rules, report, terminal), form, terminal)
        return exit_code(report, fail_level)

    return LocalCommand(
        terminal,
        "eval",
        callback=run,
        help=say(
            "按规则集评价事实。任何一条事实有误即拒绝（退出码 2），不作任何判断。",
            "Judge facts by a ruleset. If any fact is wrong, all are refused (exit code 2) and "
            "nothing is judged.",
        ),
        params=[
            options.ruleset(say),
            click.Option(["--facts"], required=True, metavar=say("文件", "FILE"),
                         type=click.Path(dir_okay=False),
                         help=say("事实：每行一个 JSON 对象", "facts: one JSON object a line")),
            *options.moments(say),
            *options.choices(say),
            options.output(say, ("json", *(f for f in options.REPORT_FORMATS if f != "json"))),
            options.fail_level(say),
            *options.shared(say),
        ],
    )  # fmt: skip
