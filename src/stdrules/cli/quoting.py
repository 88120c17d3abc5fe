"""Sentences of the bound document beside what a command shows."""

from __future__ import annotations

from stdrules.api.binding import quotes_in
from stdrules.api.ruleset import Ruleset
from stdrules.base.errors import StdrulesError
from stdrules.cli.output import Terminal
from stdrules.report.quotes import Quotes
from stdrules.report.report import Report


def bound_quotes(rules: Ruleset, terminal: Terminal) -> Quotes:
    """Return the sentences of the bound document; none if nothing is bound.

    What is wrong with a binding is told, and never keeps a command from its work.
    """
    try:
        binding = rules.binding
    except StdrulesError as error:
        terminal.error(error.render(terminal.lang, terminal.error_color))
        return {}
    if binding is not None and binding.current:
        terminal.error(terminal.say(
            f"提示: 原文是按版本 {binding.version} 绑定的，现在是 {binding.current}；请重新绑定",
            f"note: the document was bound to version {binding.version}, this is "
            f"{binding.current}; bind it again",
        ))  # fmt: skip
    return quotes_in(binding)


def quoted(rules: Ruleset, report: Report, terminal: Terminal) -> Report:
    """Return a report with the sentences of the bound document."""
    quotes = bound_quotes(rules, terminal)
    return report.quoting(quotes) if quotes else report
