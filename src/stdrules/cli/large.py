"""Large audits from the command line: when they are chosen, their options, progress, summary."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.base.diagnostics import render_all
from stdrules.base.text import Text, counted, table
from stdrules.cli.language import Say
from stdrules.cli.output import Terminal
from stdrules.report.layout import wrap
from stdrules.report.wording import OUTCOME_WORDS, STATE_WORDS, word

#: Bytes of input from which on an audit is done by columns: about half a million rows.
THRESHOLD: Final = 32 << 20
ENGINES: Final = ("auto", "case", "columns", "spark")
ONLY: Final = ("all", "violations", "undetermined")
NAMES: Final = ("engine", "memory", "jobs", "findings", "only", "quarantine", "resume")
_BULK: Final = (".parquet", ".pq")
_SHOWN: Final = 20
#: Exit codes, from clean to worst.
RANKS: Final = (0, 3, 1, 2)
#: What only audits by columns can do.
_ALONE: Final = {
    "resume": "--resume", "findings": "--findings", "quarantine": "--quarantine",
    "jobs": "--jobs",
}  # fmt: skip
Told = Callable[[str, int, int], None]


def params(say: Say) -> list[click.Parameter]:
    """Return the options of large audits."""
    return [
        click.Option(["--engine"], type=click.Choice(ENGINES), default=ENGINES[0],
                     metavar="|".join(ENGINES),
                     help=say("逐个案、按列（数据可大于内存）或用 Spark 审核；"
                              "默认按数据大小选择前两者",
                              "judge case by case, by columns (data may be larger than memory), or "
                              "with Spark; by default one of the first two, by the size of the "
                              "data")),
        click.Option(["--memory"], metavar=say("大小", "SIZE"), default="1GiB", show_default=True,
                     help=say("按列求值时的内存上限", "by columns: the bound of memory")),
        click.Option(["--jobs"], type=click.IntRange(min=1), metavar="N",
                     help=say("按列求值的进程数，默认每核一个",
                              "by columns: processes; by default one a core")),
        click.Option(["--findings"], metavar="parquet|jsonl|sql:URL#TABLE",
                     help=say("按列求值时逐项结果的写法（写入 --out）",
                              "by columns: how findings are written (into --out)")),
        click.Option(["--only"], type=click.Choice(ONLY), default=ONLY[0],
                     metavar="|".join(ONLY),
                     help=say("按列或用 Spark 时只写出这些结论",
                              "by columns and with Spark: which findings are written")),
        click.Option(["--quarantine"], metavar=say("文件", "FILE"),
                     type=click.Path(dir_okay=False),
                     help=say("未采用的行写入此文件（.csv、.jsonl）",
                              "by columns: the file of rows set aside, .csv or .jsonl")),
        click.Option(["--resume"], is_flag=True,
                     help=say("接着 --out 中未完成的审核", "go on with the audit in --out")),
        click.Option(["--table", "tables"], multiple=True, metavar="URL#TABLE=TYPE",
                     help=say("数据库表，可重复", "a table of a database; may be repeated")),
    ]  # fmt: skip


def refuse(given: Mapping[str, Any], engine: str, say: Say) -> None:
    """Refuse options that another engine than the chosen one has.

    Raises:
        click.UsageError: Names the option.
    """
    used = [option for name, option in _ALONE.items() if given[name]]
    if engine == "case" and given["only"] != "all":
        used.append("--only")
    if used:
        raise click.UsageError(say(f"`--engine {engine}` 不支持 `{used[0]}`",
                                   f"`--engine {engine}` cannot do `{used[0]}`"))  # fmt: skip


def is_large(
    files: Sequence[str], given: dict[str, Any], form: str, matrix: str | None, say: Say
) -> bool:
    """Tell whether an audit is done by columns: because it must be, or by the size of files.

    Raises:
        click.UsageError: It must be, and something is asked for that it cannot do.
    """
    alone = [option for name, option in _ALONE.items() if given[name]]
    alone += ["--only"] * (given["only"] != "all")
    lacking = _lacking(form, matrix)
    if given["engine"] == "columns" or (given["engine"] == "auto" and alone):
        if lacking:
            asked = alone[0] if alone else "--engine columns"
            raise click.UsageError(say(f"`{asked}` 不能与 `{lacking}` 同用",
                                       f"`{asked}` does not go with `{lacking}`"))  # fmt: skip
        return True
    return given["engine"] == "auto" and not lacking and _are_many(files)


def _lacking(form: str, matrix: str | None) -> str:
    """Return what is asked for that audits by columns do not have."""
    if form not in ("text", "json"):
        return f"--format {form}"
    return "--matrix" if matrix is not None else ""


def _are_many(files: Sequence[str]) -> bool:
    size = 0
    for name in files:
        if "://" in name:
            return True
        path = Path(name)
        inside = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
        for one in inside:
            if one.suffix.casefold() in _BULK:
                return True
            size += one.stat().st_size if one.exists() else 0
    return size >= THRESHOLD


def run_large(
    rules: Ruleset, others: Sequence[str], files: Sequence[str], as_of: str, terminal: Terminal,
    given: dict[str, Any], *, out: str | None, form: str, top: int | None, fail_level: str,
    mapping: str | None, profile: str | None = None, **rest: Any,
) -> int:  # fmt: skip
    """Audit by columns, write the summaries, and return the exit code, the worst of them."""
    from stdrules.api.large import audit_large_together

    say = terminal.say
    only = None if given["only"] == "all" else given["only"]
    first = rules if profile is None else rules.with_profile(profile)
    used = {one.id: one for one in (first, *map(load, others))}
    if len(used) <= len(others):
        raise click.UsageError(say("同一规则集给出了两次", "a ruleset is given twice"))
    with _progress(terminal) as told:
        found = audit_large_together(
            list(used.values()), list(files), as_of, rest["known_at"], mapping=mapping,
            readings=rest["readings"], parameters=rest["parameters"], memory=given["memory"],
            jobs=given["jobs"], out=out, findings=given["findings"], only=only,
            quarantine=given["quarantine"], resume=given["resume"], top=10 if top is None else top,
            cases=rest["cases"], strict=rest["strict"], progress=told,
        )  # fmt: skip
    if form == "json":
        plain: Any = {name: one.to_json() for name, one in found.items()}
        plain = {"reports": plain} if others else plain[rules.id]
        terminal.write(json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2))
    for name, one in found.items():
        if form != "json":
            terminal.write("\n".join(_summary(used[name], one, terminal)))
            _tell_troubles(one, terminal)
            if others:
                terminal.write("=" * min(terminal.width, 80))
        for path in one.written:
            terminal.error(say(f"已写入 {path}", f"written: {path}"))
    return max((_exit_code(one, fail_level) for one in found.values()), key=RANKS.index)


def _tell_troubles(found: Any, terminal: Terminal) -> None:
    if not found.diagnostics:
        return
    terminal.error(render_all(found.diagnostics[:_SHOWN], terminal.lang, terminal.error_color))
    more = len(found.diagnostics) - _SHOWN
    if more > 0:
        terminal.error(terminal.say(f"另有 {more} 条", f"and {more} more"))


def _exit_code(found: Any, fail_level: str) -> int:
    failed = sum(states.get("fail", 0) for states in found.outcomes.values())
    bad = found.violations + failed
    if fail_level == "undetermined":
        open_scores = sum(states.get("undetermined", 0) for states in found.outcomes.values())
        bad += found.undetermined + open_scores
    if bad and fail_level != "never":
        return 1
    errors = any(one.severity.value == "error" for one in found.diagnostics)
    return 3 if errors or not found.cases or any(found.rejected.values()) else 0


def _summary(rules: Ruleset, found: Any, terminal: Terminal) -> list[str]:
    lang, say = terminal.lang, terminal.say
    facts = sum(found.facts.values())
    lines = [
        *wrap(f"{found.ruleset}  {rules.title.get(lang)}", terminal.width),
        Text(f"{found.rows:,} 行，{facts:,} 个事实，{found.cases:,} 个个案",
             f"{found.rows:,} rows, {facts:,} facts, {counted(found.cases, 'case')}").get(lang),
        "",
    ]  # fmt: skip
    totals: dict[str, int] = {}
    for states in found.counts.values():
        for state, count in states.items():
            totals[state] = totals.get(state, 0) + count
    rows = [[STATE_WORDS[s].get(lang), f"{totals[s]:,}"] for s in STATE_WORDS if totals.get(s)]
    if not found.cases:
        return [*lines, say("没有任何个案可评价", "there is no case to judge")]
    lines += table(rows, (say("状态", "state"), say("数量", "count")), "<>").split("\n")
    outcomes = [
        [card, word(OUTCOME_WORDS, outcome).get(lang), f"{count:,}"]
        for card, counts in sorted(found.outcomes.items())
        for outcome, count in sorted(counts.items())
    ]
    if outcomes:
        heads = (say("评分表", "scorecard"), say("结果", "outcome"), say("数量", "count"))
        lines += ["", *table(outcomes, heads, "<<>").split("\n")]
    lines += ["", say(f"违反 {found.violations:,} 项，未遵循的建议 {found.advice:,} 项，"
                      f"无法判定 {found.undetermined:,} 项",
                      f"violations: {found.violations:,}, advice not followed: {found.advice:,}, "
                      f"undetermined: {found.undetermined:,}")]  # fmt: skip
    if found.one_by_one:
        lines += [say(f"由逐案求值判定的（规范与个案对）：{found.one_by_one:,}",
                      f"judged case by case (a norm in a case): {found.one_by_one:,}")]  # fmt: skip
    if found.worst:
        worst = [[one[1], *map(str, one[2:])] for one in found.worst]
        named = (say("个案", "case"), say("违反", "violations"), say("未纠正", "open"),
                 say("建议", "advice"), say("无法判定", "undetermined"))  # fmt: skip
        lines += ["", say("违反最多的个案", "the cases with most violations"),
                  *table(worst, named, "<>>>>").split("\n")]  # fmt: skip
    aside = sum(found.rejected.values())
    if aside:
        lines += ["", say(f"未采用的行：{aside:,}", f"rows set aside: {aside:,}")]
    return lines


@contextmanager
def _progress(terminal: Terminal) -> Iterator[Told | None]:
    """Show rows read, then parts judged with the time left, if a person is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    except ImportError:  # an extra: without it there is just no progress
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {"read": bar.add_task(terminal.say("读取", "reading"), total=None, rate="")}

        def told(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                bar.update(tasks["read"], total=1, completed=1)
                tasks[stage] = bar.add_task(terminal.say("评价", "judging"), total=total, rate="")
            speed = bar.tasks[tasks[stage]].speed or 0
            unit = terminal.say("行", "rows") if stage == "read" else terminal.say("份", "parts")
            rate = f"{done:,} {unit}, {speed:,.1f}/s" if speed else f"{done:,} {unit}"
            bar.update(tasks[stage], completed=done, total=total or None, rate=rate)

        yield told
