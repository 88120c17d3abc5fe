"""``stdrules audit``: judge exported data, setting aside what cannot be read."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from stdrules.api.facts import explain_mapping
from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.base.diagnostics import Severity, render_all
from stdrules.cli import large, options
from stdrules.cli.command import LocalCommand
from stdrules.cli.output import Terminal
from stdrules.cli.quoting import quoted
from stdrules.cli.reports import exit_code, save_report, write_report
from stdrules.cli.spark_audit import check, master_option, run_spark
from stdrules.cli.together import run_together


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(
        ruleset: str, files: tuple[str, ...], as_of: str | None, mapping: str | None,
        only_mapping: bool, out: str | None, form: str, top: int | None, fail_level: str,
        others: tuple[str, ...], matrix: str | None, **rest: Any,
    ) -> int:  # fmt: skip
        files = (*files, *rest.pop("tables"))
        if not files:
            raise click.UsageError(say("缺少文件", "missing argument `FILES...`"))
        rules = load(ruleset)
        if only_mapping:
            return _explain(rules, files, mapping, form, terminal)
        if as_of is None:
            raise click.UsageError(say("缺少 `--as-of`", "missing option `--as-of`"))
        rest["readings"] = options.pairs(rest["readings"], "--reading", say)
        rest["parameters"] = options.pairs(rest["parameters"], "--parameter", say)
        rest["cases"] = rest["cases"] or None
        bulk = {name: rest.pop(name) for name in large.NAMES}
        given = {"form": form, "mapping": mapping, "others": others, "matrix": matrix, "top": top}
        spark = bulk["engine"] == "spark"
        place = {"engine": bulk["engine"], "master": rest.pop("master")}
        check({**given, **rest, **place}, say)
        if spark:
            large.refuse(bulk, "spark", say)
            kept = {name: rest[name] for name in ("known_at", "readings", "parameters", "profile")}
            return run_spark(
                rules, files, as_of, terminal, out=out, form=form, fail_level=fail_level,
                master=place["master"], only=bulk["only"], mapping=mapping, **kept,
            )  # fmt: skip
        if large.is_large(files, bulk, form, matrix, say):
            return large.run_large(
                rules, others, files, as_of, terminal, bulk, out=out, form=form, top=top,
                fail_level=fail_level, mapping=mapping, **rest,
            )  # fmt: skip
        large.refuse(bulk, "case", say)
        if others or matrix is not None:
            with _progress(terminal) as progress:
                return run_together(
                    rules, others, files, as_of, terminal, form=form, out=out, matrix=matrix,
                    top=top, fail_level=fail_level, mapping=mapping, progress=progress, **rest,
                )  # fmt: skip
        with _progress(terminal) as progress:
            report = rules.audit(files, as_of, mapping=mapping, progress=progress, **rest)
        report = quoted(rules, report, terminal)
        write_report(report, form, terminal, top)
        if out is not None:
            for path in save_report(report, Path(out), terminal.lang):
                terminal.error(say(f"已写入 {path}", f"written: {path}"))
        return exit_code(report, fail_level)

    return LocalCommand(
        terminal, "audit", callback=run, help=_help(terminal), params=_params(terminal)
    )


def _help(terminal: Terminal) -> str:
    return terminal.say(
        "审核导出的数据（JSON Lines、CSV、XLSX、Parquet、数据库表）。无法读取的行整行不采用并计数。"
        "退出码：1 有违反（见 --fail-level）；否则有未采用的行为 3；数据不可用为 2。",
        "Audit exported data (JSON lines, CSV, XLSX, Parquet, tables of databases). Rows that "
        "cannot be read are set aside whole and counted. Exit code 1: violations (see "
        "--fail-level); else 3 if rows were set aside; 2: the data cannot be used.",
    )


def _params(terminal: Terminal) -> list[click.Parameter]:
    say = terminal.say
    as_of, known_at = options.moments(say)
    as_of.required = False  # not needed to explain a mapping
    file = say("文件", "FILE")
    return [
        options.ruleset(say),
        click.Argument(["files"], nargs=-1, metavar=say("文件…", "FILES...")),
        as_of,
        known_at,
        click.Option(["--mapping"], metavar=file, type=click.Path(dir_okay=False),
                     help=say("说明表头含义的映射文件", "a file that says what headings mean")),
        click.Option(["--explain-mapping", "only_mapping"], is_flag=True,
                     help=say("只说明各列的含义", "only tell what columns are taken for")),
        click.Option(["--strict"], is_flag=True,
                     help=say("任何一行有误即拒绝", "refuse everything if a row is wrong")),
        click.Option(["--out"], metavar=say("文件夹", "DIR"), type=click.Path(file_okay=False),
                     help=say("把各种格式的报告写入文件夹",
                              "write the report in all formats into a folder")),
        click.Option(["--with", "others"], multiple=True, metavar=say("规则集", "RULESET"),
                     help=say("再按该规则集审核同样的数据，可重复",
                              "audit the same data by this ruleset too; may be repeated")),
        click.Option(["--matrix"], metavar=file, type=click.Path(dir_okay=False),
                     help=say("把事实与条款的矩阵写入文件（.csv、.xlsx、.json）",
                              "write the matrix of facts and clauses: .csv, .xlsx or .json")),
        options.output(say),
        click.Option(["--top"], type=click.IntRange(min=0), metavar="N",
                     help=say("只列出最严重的 N 项违反", "tell only the worst N violations")),
        options.fail_level(say),
        *large.params(say),
        *options.choices(say),
        master_option(say),
        *options.shared(say),
    ]  # fmt: skip


def _explain(
    rules: Ruleset, files: tuple[str, ...], mapping: str | None, form: str, terminal: Terminal
) -> int:
    report, findings = explain_mapping(files, rules.source, mapping)
    if form in ("json", "jsonl"):
        plain = {"columns": report.to_json(), "diagnostics": [d.to_json() for d in findings]}
        terminal.write(json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2))
    else:
        terminal.write(report.render(terminal.lang))
        if findings:
            terminal.error(render_all(findings, terminal.lang, terminal.error_color))
    return 2 if any(found.severity is Severity.ERROR for found in findings) else 0


@contextmanager
def _progress(terminal: Terminal) -> Iterator[Callable[[int], None] | None]:
    """Show the number of rows read while reading, if a person is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        from rich.console import Console
    except ImportError:  # an extra: without it there is just no progress
        yield None
        return
    with Console(stderr=True).status(terminal.say("读取中", "reading")) as status:
        yield lambda rows: status.update(terminal.say(f"已读 {rows} 行", f"{rows} rows read"))
