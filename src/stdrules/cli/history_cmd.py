"""``stdrules history``: how a finding changed with what was known, and which fact did it."""

from __future__ import annotations

import click

from stdrules.api.facts import gather_files
from stdrules.api.loading import load
from stdrules.cli import options
from stdrules.cli.command import LocalCommand
from stdrules.cli.output import Terminal
from stdrules.report.contract import dump
from stdrules.report.history import ALONG
from stdrules.report.history_text import history_text


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(
        ruleset: str, files: tuple[str, ...], as_of: str, known_at: str | None, norm: str | None,
        key: str | None, case: str | None, start: str | None, end: str | None, along: str,
        mapping: str | None, readings: tuple[str, ...], parameters: tuple[str, ...],
        profile: str | None, evaluator: str, form: str,
    ) -> int:  # fmt: skip
        if norm is None and key is None:
            raise click.UsageError(say("请给出 --norm 或 --key", "give --norm or --key"))
        if known_at is not None and along != "as-of":
            raise click.UsageError(
                say("--known-at 只与 --along as-of 同用；所知的范围用 --from 和 --to",
                    "--known-at goes with --along as-of; --from and --to bound what was known")
            )  # fmt: skip
        rules = load(ruleset)
        gathered = gather_files(files, rules.source, mapping)
        aside = sum(gathered.rejected.values())
        if aside:
            terminal.error(say(f"未采用的行：{aside}", f"rows set aside: {aside}"))
        found = rules.history(
            gathered, as_of, norm=norm, key=key, case=case, start=start, end=end,
            known_at=known_at, along=along,
            readings=options.pairs(readings, "--reading", say),
            parameters=options.pairs(parameters, "--parameter", say),
            profile=profile, evaluator="case" if evaluator == "auto" else evaluator,
        )  # fmt: skip
        if form == "json":
            terminal.write(dump(found.to_dict(), 2))
        else:
            terminal.write(history_text(found, terminal.lang, terminal.width))
        return 0

    return LocalCommand(
        terminal, "history", callback=run, params=_params(terminal),
        help=say("说明一项义务在各所知时点的结论，以及是哪些事实使其改变。",
                 "Tell what was found at each date of knowledge, and which facts made it change."),
    )  # fmt: skip


def _params(terminal: Terminal) -> list[click.Parameter]:
    say = terminal.say
    file, when = say("文件", "FILE"), say("时点", "MOMENT")
    kept = [one for one in options.choices(say) if one.name != "cases"]
    return [
        options.ruleset(say),
        click.Argument(["files"], nargs=-1, required=True, metavar=say("文件…", "FILES...")),
        *options.moments(say),
        click.Option(["--norm"], metavar=say("编号", "ID"), help=say("规范", "the norm")),
        click.Option(["--key"], metavar=say("实例", "KEY"),
                     help=say("实例名，可不带规范", "the key, with or without its norm")),
        click.Option(["--case"], metavar=say("编号", "ID"), help=say("个案", "the case")),
        click.Option(["--from", "start"], metavar=when,
                     help=say("从此时点起", "from this moment on")),
        click.Option(["--to", "end"], metavar=when, help=say("到此时点止", "up to this moment")),
        click.Option(["--along"], type=click.Choice(ALONG), default=ALONG[0],
                     metavar="|".join(ALONG),
                     help=say("随所知（默认）、随评价时点，或两者同时推进",
                              "what was known changes (default), the moment judged, or both")),
        click.Option(["--mapping"], metavar=file, type=click.Path(dir_okay=False),
                     help=say("映射文件", "a mapping file")),
        *kept,
        options.output(say, ("text", "json")),
        *options.shared(say),
    ]  # fmt: skip
