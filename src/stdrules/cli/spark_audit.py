"""``stdrules audit --engine spark``: the audit on a cluster, and what it leaves behind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stdrules.api.ruleset import Ruleset
from stdrules.base.errors import MissingExtraError, UsageError
from stdrules.base.text import Text, table
from stdrules.cli.language import Say
from stdrules.cli.output import Terminal
from stdrules.intake.files import is_parquet_table
from stdrules.plan.results import STATES, VIOLATED
from stdrules.report.wording import OUTCOME_WORDS, STATE_WORDS, word

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from stdrules.spark import SparkAudit

#: What only the other engines can do: the name of each option's value, and the option.
_ALONE: Final = {
    "strict": "--strict", "others": "--with", "matrix": "--matrix",
    "top": "--top", "cases": "--case",
}  # fmt: skip
_FORMS: Final = ("text", "json")


def master_option(say: Say) -> click.Option:
    """Return the option that says where the cluster is."""
    return click.Option(
        ["--master"], metavar="URL",
        help=say("Spark 集群，缺省为 local[*]", "the Spark cluster (local[*])"),
    )  # fmt: skip


def check(given: Mapping[str, Any], say: Say) -> None:
    """Refuse options that belong to the engine that was not chosen.

    Raises:
        click.UsageError: Names the option.
    """
    if given["engine"] != "spark":
        if given["master"]:
            raise click.UsageError(say("`--master` 需要 `--engine spark`",
                                       "`--master` needs `--engine spark`"))  # fmt: skip
        return
    for name, option in _ALONE.items():
        if given.get(name):
            raise click.UsageError(say(f"`--engine spark` 不支持 `{option}`",
                                       f"`--engine spark` cannot do `{option}`"))  # fmt: skip
    if given["form"] not in _FORMS:
        raise click.UsageError(say(f"`--engine spark` 的输出格式为 {'、'.join(_FORMS)}",
                                   f"`--engine spark` writes {' or '.join(_FORMS)}"))  # fmt: skip


def run_spark(
    rules: Ruleset, files: Sequence[str], as_of: str, terminal: Terminal, *, known_at: str | None,
    readings: Mapping[str, str], parameters: Mapping[str, Any], profile: str | None,
    master: str | None, only: str, out: str | None, form: str, fail_level: str,
    mapping: str | None = None,
) -> int:  # fmt: skip
    """Audit with Spark, write what was asked for, and return the exit code.

    Raises:
        MissingExtraError: Spark is not installed.
        UsageError: A file is of another kind, or something cannot be written.
    """
    files = [path for file in files for path in inside(file)]
    for file in files:
        kind_of(file)
    try:
        from stdrules.spark import audit, session
    except ImportError as error:
        raise MissingExtraError.of("spark", Text("分布式审核", "a distributed audit")) from error
    if profile is not None:
        rules = rules.with_profile(profile)
    spark = session(master or "local[*]", **{"spark.ui.showConsoleProgress": "false"})
    spark.sparkContext.setLogLevel("OFF")  # what fails is told below
    failed = Text("Spark 未能完成审核", "Spark could not finish the audit")
    with refusing(failed):
        found = audit(
            read(spark, files), rules, as_of, known_at, mapping=mapping, readings=readings,
            parameters=parameters,
        )  # fmt: skip
        found.results = found.results.cache()
        told = told_of(rules, found)
    if form == "json":
        terminal.write(json.dumps(told, ensure_ascii=False, sort_keys=True, indent=2))
    else:
        terminal.write(text_of(told, rules, terminal))
    if out is not None:
        for path in save(found, out, only):
            terminal.error(terminal.say(f"已写入 {path}", f"written: {path}"))
    found.release()
    return exit_code(told, fail_level)


@contextmanager
def refusing(what: Text) -> Iterator[None]:
    """Turn the errors of Spark into one line.

    Raises:
        UsageError: Says what failed, and the first line of what Spark says.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        said = next((line for line in str(error).splitlines() if line.strip()), "")[:200]
        raise UsageError(Text(f"{what.zh}：{said}", f"{what.en}: {said}")) from None


def kind_of(file: str) -> str:
    """Return ``text`` or ``parquet``: how Spark reads a file or folder.

    Raises:
        UsageError: It is of another kind, or (if it is on this machine) not there.
    """
    suffix = Path(file.rstrip("/")).suffix.casefold()
    if suffix in (".jsonl", ".parquet"):
        kind = "text" if suffix == ".jsonl" else "parquet"
    elif suffix and not Path(file).is_dir():
        raise UsageError(
            Text(f"Spark 不能读 `{file}`", f"Spark cannot read `{file}`"),
            hint=Text("可用 .jsonl、.parquet 或其文件夹；其他请去掉 --engine spark",
                      "give .jsonl, .parquet, or folders of them; for other formats leave out "
                      "--engine spark"),
        )  # fmt: skip
    else:
        kind = "parquet" if any(Path(file).glob("*.parquet")) else "text"
    if "://" not in file and not Path(file).exists():
        raise UsageError(
            Text(f"没有文件 `{file}`", f"there is no file `{file}`"),
            hint=Text("请检查路径", "check the path"),
        )
    return kind


def inside(file: str) -> list[str]:
    """Return the tables in a folder of this machine that holds several; else the file itself."""
    path = Path(file)
    if "://" in file or not path.is_dir() or is_parquet_table(path):
        return [file]
    tables = [one for one in sorted(path.iterdir()) if one.suffix.casefold() == ".parquet"]
    return [str(one) for one in tables] or [file]


def at_home(path: str) -> str:
    """Return a path without a scheme as one of this machine, whatever the cluster's default is.

    Signs are not written as ``%..``: Spark would take them as they stand.
    """
    return path if "://" in path else f"file://{Path(path).resolve()}"


def read(spark: SparkSession, files: Sequence[str]) -> list[DataFrame | dict[str, DataFrame]]:
    """Return the records of files with the names of the files, and tables by their names.

    Raises:
        UsageError: Two tables have one name.
    """
    from pyspark.sql import functions as f

    records: list[DataFrame | dict[str, DataFrame]] = []
    tables: dict[str, DataFrame] = {}
    for file in files:
        path = at_home(file)
        parquet = kind_of(file) == "parquet"
        reader = spark.read.option("mergeSchema", "true").option("recursiveFileLookup", "true")
        frame = reader.parquet(path) if parquet else spark.read.text(path, lineSep="\n")
        name = "record" if parquet else "value"
        if name in frame.columns:
            place = f.col("_metadata.file_name").alias("place")
            records.append(frame.select(f.col(name).alias("record"), place))
            continue
        title = Path(file.rstrip("/")).stem
        if title in tables:
            raise UsageError(
                Text(f"两个表都叫 `{title}`", f"two tables are called `{title}`"),
                hint=Text("请把它们放入同一文件夹", "put their files into one folder"),
            )
        tables[title] = frame
    return [*records, tables] if tables else records


def told_of(rules: Ruleset, found: SparkAudit) -> dict[str, Any]:
    """Return the summary of an audit as plain data."""
    from pyspark.sql import functions as f

    outcomes = found.scores.groupBy("norm", "state").count().collect()
    cases = found.results.select("case_type", "case").distinct().groupBy("case_type")
    return {
        "ruleset": {"id": rules.id, "version": rules.version, "digest": rules.digest},
        "plan_digest": found.plan.digest,
        "cases": {row.case_type: row.n for row in cases.agg(f.count("*").alias("n")).collect()},
        "summary": found.summary(),
        "scores": {f"{row.norm} {row.state}": row["count"] for row in outcomes},
        "rejected_rows": found.rejected.count(),
    }


def text_of(told: Mapping[str, Any], rules: Ruleset, terminal: Terminal) -> str:
    """Return the summary of an audit for people."""
    say, lang = terminal.say, terminal.lang
    summary = told["summary"]
    labels = {kind.name: kind.label.get(lang) for kind in rules.plan().case_types}
    cases = [[labels[name], str(count)] for name, count in sorted(told["cases"].items())]
    states = [
        [STATE_WORDS[state].get(lang), str(summary[state])] for state in STATES if summary[state]
    ]
    ends = [[say("违反合计", "violations"), str(summary["violations"])],
            [say("建议未遵循", "advice"), str(summary["advice"])]]  # fmt: skip
    heads = (say("状态", "state"), say("数量", "count"))
    parts = [
        f"{rules.id} {rules.version}  {rules.title.get(lang)}",
        table(cases, (say("个案", "cases"), heads[1]), "<>"),
        table([*states, *ends], heads, "<>"),
    ]
    if told["scores"]:
        rows = []
        for name, count in sorted(told["scores"].items()):
            card, _, outcome = name.rpartition(" ")
            rows.append([card, word(OUTCOME_WORDS, outcome).get(lang), str(count)])
        heads_of = (say("评分表", "scorecard"), say("结果", "outcome"), heads[1])
        parts.append(table(rows, heads_of, "<<>"))
    if told["rejected_rows"]:
        parts.append(say(f"未采用的行：{told['rejected_rows']}",
                         f"rows set aside: {told['rejected_rows']}"))  # fmt: skip
    return "\n\n".join(parts)


def save(found: SparkAudit, out: str, only: str) -> list[str]:
    """Write findings, scores and what was set aside, each as a folder of parts.

    Raises:
        UsageError: Spark cannot write there.
    """
    findings = found.findings
    if only != "all":
        states = sorted(VIOLATED) if only == "violations" else ["undetermined"]
        findings = findings.filter(findings.state.isin(states))
    base = at_home(out)
    paths = [f"{base}/{name}" for name in ("findings.parquet", "scores.parquet", "rejected.jsonl")]
    with refusing(Text(f"无法写入 `{out}`", f"cannot write to `{out}`")):
        findings.write.mode("overwrite").parquet(paths[0])
        found.scores.write.mode("overwrite").parquet(paths[1])
        found.rejected.write.mode("overwrite").json(paths[2])
    return [f"{out}/{path.rpartition('/')[2]}" for path in paths]


def exit_code(told: Mapping[str, Any], fail_level: str) -> int:
    """Return 1 for findings at or above a level, else 3 if rows were set aside, else 0."""
    summary, scores = told["summary"], told["scores"]
    ends = {outcome: sum(count for name, count in scores.items() if name.endswith(f" {outcome}"))
            for outcome in ("fail", "undetermined")}  # fmt: skip
    bad = summary["violations"] + ends["fail"]
    if fail_level == "undetermined":
        bad += summary["undetermined"] + ends["undetermined"]
    if bad and fail_level != "never":
        return 1
    return 3 if told["rejected_rows"] or not told["cases"] else 0
