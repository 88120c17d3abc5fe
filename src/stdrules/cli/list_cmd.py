"""``stdrules list``: the rulesets that can be used."""

from __future__ import annotations

import json

import click

from stdrules.api.loading import list_rulesets
from stdrules.base.diagnostics import render_all
from stdrules.cli.command import LocalCommand
from stdrules.cli.options import output, shared
from stdrules.cli.output import Terminal
from stdrules.load.discovery import Edition
from stdrules.report.listing import ruleset_table


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(form: str) -> int:
        listing = list_rulesets()
        if form == "json":
            plain = [_as_json(edition) for edition in listing.editions]
            terminal.write(json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2))
        else:
            terminal.write(ruleset_table((e.header for e in listing.editions), terminal.lang))
        if listing.findings:
            terminal.error(render_all(listing.findings, terminal.lang, terminal.error_color))
        return 2 if listing.findings else 0

    return LocalCommand(
        terminal,
        "list",
        callback=run,
        help=say("列出已安装的规则集。", "List the installed rulesets."),
        params=[output(say, ("text", "json")), *shared(say)],
    )


def _as_json(edition: Edition) -> dict[str, object]:
    header = edition.header
    force = header.document.in_force
    return {
        "id": header.id,
        "version": header.version,
        "title": header.title.to_json(),
        "document": header.document.number,
        "in_force": {
            "from": force.from_.isoformat() if force.from_ else None,
            "to": force.to.isoformat() if force.to else None,
        },
    }
