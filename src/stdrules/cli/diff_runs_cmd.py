"""``stdrules diff-runs``: what differs between two saved reports."""

from __future__ import annotations

import click

from stdrules.api.changes import diff_reports
from stdrules.cli import options
from stdrules.cli.command import LocalCommand
from stdrules.cli.output import Terminal
from stdrules.report.changes_text import changes_text
from stdrules.report.contract import dump


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(first: str, second: str, form: str) -> int:
        found = diff_reports(first, second)
        if form == "json":
            terminal.write(dump(found.to_dict(), 2))
        else:
            terminal.write(changes_text(found, terminal.lang, terminal.width))
        return 0 if found.equal else 1

    return LocalCommand(
        terminal,
        "diff-runs",
        callback=run,
        help=say(
            "比较同一规则集的两份报告：哪些结论改变、新出现或不再出现，各自多了或少了哪些依据。"
            "退出码：0 结论相同，1 不同，2 不可用。",
            "Compare two reports of one ruleset: which findings flipped, appeared or went, and "
            "which facts each gained or lost. Exit code: 0 the same findings, 1 others, "
            "2 unusable.",
        ),
        params=[
            click.Argument(["first"], metavar=say("报告甲.json", "A.json")),
            click.Argument(["second"], metavar=say("报告乙.json", "B.json")),
            options.output(say, ("text", "json")),
            *options.shared(say),
        ],
    )  # fmt: skip
