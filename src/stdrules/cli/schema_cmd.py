"""``stdrules schema``: the JSON Schemas of the files of a ruleset, and of what programs read."""

from __future__ import annotations

from pathlib import Path

import click

from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.cli.command import LocalCommand
from stdrules.cli.options import shared
from stdrules.cli.output import Terminal
from stdrules.load import schema as files
from stdrules.report import schemas as outputs

#: Files of a ruleset and profiles, then reports and what is made of them.
NAMES = (*files.NAMES, *outputs.NAMES)


def schema_text(name: str) -> str:
    """Return one schema as it is published."""
    return files.schema_text(name) if name in files.NAMES else outputs.schema_text(name)


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(name: str | None, out: str | None) -> int:
        if name is None and out is None:
            terminal.write("\n".join(NAMES))
            return 0
        names = NAMES if name is None else (name,)
        if out is None:
            terminal.write(schema_text(names[0]))
            return 0
        folder = Path(out)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for one in names:
                (folder / f"{one}.schema.json").write_bytes(schema_text(one).encode())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UsageError(
                Text(f"无法写入 `{out}`：{reason}", f"cannot write to `{out}`: {reason.lower()}")
            ) from None
        return 0

    return LocalCommand(
        terminal,
        "schema",
        callback=run,
        help=say("输出 JSON Schema；不带名称则列出名称，与 --out 同用则写出全部。",
                 "Print a JSON Schema. Without a name: their names, or with --out all of them."),
        params=[
            click.Argument(["name"], required=False, type=click.Choice(NAMES),
                           metavar=say("名称", "NAME")),
            click.Option(["--out"], metavar=say("文件夹", "DIR"), type=click.Path(file_okay=False),
                         help=say("写入文件夹", "write into a folder")),
            *shared(say),
        ],
    )  # fmt: skip
