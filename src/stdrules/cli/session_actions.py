"""What the actions of ``stdrules session`` do."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from stdrules.api.loading import load
from stdrules.api.session import Delta, Session, open_session
from stdrules.base.diagnostics import render_all
from stdrules.base.errors import FactsError, UsageError
from stdrules.base.text import Text, counted, display_width, pad
from stdrules.cli import options
from stdrules.cli.output import Terminal
from stdrules.intake.jsonl import decode_line
from stdrules.intake.writing import item_line
from stdrules.journal.checking import repair, verify
from stdrules.journal.journal import Reader
from stdrules.model.records import from_record
from stdrules.report.contract import dump

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_(terminal: Terminal, journal: str, clock: str | None, **choices: Any) -> int:
    """Make or open a journal, and say how it stands."""
    if choices["rulesets"]:
        session = _opened(terminal, journal, clock, choices)
    else:
        session = _reopened(terminal, journal, choices)
    with session:
        _notes(terminal, session)
        clock_now, cases = session.clock.isoformat(), len(session.cases)
    terminal.write(
        terminal.say(
            f"时钟 {clock_now}，{cases} 个个案",
            f"clock {clock_now}, {counted(cases, 'case')}",
        )
    )
    return 0


def post(terminal: Terminal, journal: str, refused: str | None, **choices: Any) -> int:
    """Post each line of standard input; stop at the first that is refused, or set it aside."""
    count = 0
    with ExitStack() as open_now:
        # Opened first: a file that cannot be written is told before anything is posted.
        aside = None if refused is None else open_now.enter_context(_appending(refused))
        session = open_now.enter_context(_reopened(terminal, journal, choices))
        _notes(terminal, session)
        for number, line in enumerate(sys.stdin.buffer, start=1):
            try:
                record = decode_line(line, number == 1)
                if record is None:
                    continue
                delta = session.post(record)
            except FactsError as error:
                if aside is None:
                    raise _located(error, number) from error
                count += 1
                aside.write(_refusal(error, number, line))
                aside.flush()
                continue
            _tell(terminal, session, delta)
    if count:
        terminal.error(terminal.say(
            f"未登记的行：{count}，见 {refused}",
            f"lines not posted: {count}, see {refused}",
        ))  # fmt: skip
        return 3
    return 0


def _appending(path: str) -> TextIO:
    try:
        return open(path, "a", encoding="utf-8", newline="\n")
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: str, error: OSError) -> UsageError:
    said = (error.strerror or type(error).__name__).lower()
    return UsageError(Text(f"无法写入 `{path}`：{said}", f"cannot write `{path}`: {said}"))


def _located(error: FactsError, number: int) -> FactsError:
    return FactsError(
        Text(f"标准输入第 {number} 行：{error.message.zh}",
             f"standard input, line {number}: {error.message.en}"),
        error.diagnostics,
        error.hint or Text("此前各行已登记", "the lines before it were posted"),
    )  # fmt: skip


def _refusal(error: FactsError, number: int, line: bytes) -> str:
    """Return one line of the file of refused lines: where, why, and what it was."""
    codes = [one.code for one in error.diagnostics]
    told = {"line": number, "codes": codes, "zh": error.message.zh, "en": error.message.en,
            "record": line.decode("utf-8", "replace").rstrip("\r\n")}  # fmt: skip
    return json.dumps(told, ensure_ascii=False) + "\n"


def advance(terminal: Terminal, journal: str, to: str, **choices: Any) -> int:
    """Move the clock and print each step."""
    with _reopened(terminal, journal, choices) as session:
        _notes(terminal, session)
        for delta in session.advance(to):
            _tell(terminal, session, delta)
    return 0


def status(terminal: Terminal, journal: str, form: str) -> int:
    """Say how a journal stands."""
    say = terminal.say
    with Reader(journal) as reader:
        head, holder = reader.head, reader.holder
        rulesets = reader.identity.get("rulesets", [])
        clock = _clock_of(reader)
        created, snapshots = reader.created, reader.snapshots
    if form == "json":
        terminal.write(json.dumps({
            "journal": journal, "rulesets": rulesets, "records": head.seq, "head": head.hash,
            "created": created, "snapshots": snapshots, "holder": holder,
            "clock": None if clock is None else clock.isoformat(),
        }, ensure_ascii=False, sort_keys=True, indent=2))  # fmt: skip
        return 0
    held = "-" if holder is None else f"{holder['pid']} {holder['host']} {holder['since']}"
    rows = [
        (say("规则集", "rulesets"), ", ".join(rulesets)),
        (say("时钟（UTC）", "clock (UTC)"), "-" if clock is None else clock.isoformat()),
        (say("记录", "records"), str(head.seq)),
        (say("末条散列", "last hash"), head.hash),
        (say("建于", "created"), created),
        (say("快照", "snapshots"), ", ".join(map(str, snapshots)) or "-"),
        (say("写入者", "writer"), held),
    ]
    width = max(display_width(name) for name, _ in rows)
    terminal.write("\n".join(f"{pad(name, width)}  {value}" for name, value in rows))
    return 0


def due(
    terminal: Terminal, journal: str, first: str | None, last: str, ics: str | None, form: str,
    **choices: Any,
) -> int:  # fmt: skip
    """List coming deadlines, or write them into a calendar file."""
    from stdrules.cli.session_ics import calendar

    session = _looked_at(terminal, journal, choices)
    coming = session.due_between(first if first is not None else session.clock, last)
    if ics is not None:
        data = calendar(coming, session.clock, terminal.lang)
        try:
            Path(ics).write_bytes(data)
        except OSError as error:
            raise _unwritable(ics, error) from error
        count = len(coming)
        terminal.write(terminal.say(f"{ics}：{count} 项", f"{ics}: {counted(count, 'deadline')}"))
    elif form == "json":
        for one in coming:
            terminal.write(dump({
                "at": one.at.isoformat(), "ruleset": one.ruleset, "case": one.finding.case,
                "norm": one.finding.norm.id, "key": one.finding.key, "state": one.finding.state,
            }))  # fmt: skip
    else:
        for one in coming:
            norm = one.finding.norm
            terminal.write(f"{one.at:%Y-%m-%d %H:%M}  {one.finding.case}  {one.finding.key}  "
                           f"{norm.title.get(terminal.lang)}")  # fmt: skip
    return 0


def verify_(terminal: Terminal, journal: str) -> int:
    """Check every record; 1 if something needs a repair."""
    found = verify(journal)
    if found.findings:
        terminal.error(render_all(found.findings, terminal.lang, terminal.error_color))
    if found.sound:
        terminal.write(
            terminal.say(
                f"{found.records} 条记录完好，末条散列 {found.head}",
                f"{found.records} records are sound, last hash {found.head}",
            )
        )
        return 0
    terminal.write(
        terminal.say(
            f"前 {found.records} 条记录完好；请运行 repair",
            f"the first {found.records} records are sound; run repair",
        )
    )
    return 1


def repair_(terminal: Terminal, journal: str, consent: bool) -> int:
    """Restore a journal, or say what that would do; 1 if records are lost or it was not done."""
    say = terminal.say
    done = repair(journal, consent)
    if not done.needed:
        terminal.write(say("无需修复", "nothing to repair"))
        return 0
    terminal.write(say(f"保留 {done.kept} 条记录", f"{done.kept} records are kept"))
    if done.lost is not None:
        first, last = done.lost
        terminal.write(say(f"丢失记录 {first} 至 {last}", f"records {first} to {last} are lost"))
    for path in done.kept_files:
        terminal.write(say(f"原文件存于 {path}", f"the file as it was: {path}"))
    if not consent:
        terminal.write(say("未作修改；加 --yes 执行", "nothing was changed; --yes does it"))
        return 1
    return 0 if done.lost is None else 1


def export(terminal: Terminal, journal: str, **choices: Any) -> int:
    """Print what was posted, as lines that can be posted or judged again."""
    with Reader(journal) as reader:
        zone = load(_names(reader, choices)[0]).zone
        before = None
        for entry in reader.entries():
            record = entry.record
            if "advance" in record or "forget" in record:
                continue
            line = item_line(from_record(record), zone)
            if line != before:  # under several rulesets a fact is kept for each
                terminal.write(line)
            before = line
    return 0


def _names(reader: Reader, choices: dict[str, Any]) -> list[str]:
    return list(choices["rulesets"] or reader.identity.get("rulesets", ()))


def _chosen(terminal: Terminal, choices: dict[str, Any]) -> dict[str, Any]:
    return {
        "readings": options.pairs(choices["readings"], "--reading", terminal.say),
        "parameters": options.pairs(choices["parameters"], "--parameter", terminal.say),
    }


def _kept(terminal: Terminal, reader: Reader, choices: dict[str, Any]) -> dict[str, Any]:
    """Return the choices that a journal was made with, and over them those that are given."""
    given = _chosen(terminal, choices)
    return {name: {**reader.identity.get(name, {}), **own} for name, own in given.items()}


def _opened(
    terminal: Terminal, journal: str, clock: str | None, choices: dict[str, Any]
) -> Session:
    return open_session(list(choices["rulesets"]), clock, journal, **_chosen(terminal, choices))


def _reopened(terminal: Terminal, journal: str, choices: dict[str, Any]) -> Session:
    """Open the session of a journal that is there, under the rulesets that it names."""
    with Reader(journal) as reader:
        rulesets, chosen = _names(reader, choices), _kept(terminal, reader, choices)
    return open_session(rulesets, None, journal, **chosen)


def _looked_at(terminal: Terminal, journal: str, choices: dict[str, Any]) -> Session:
    """Return a session with what a journal holds, without its lock; it writes nothing."""
    with Reader(journal) as reader:
        names, chosen = _names(reader, choices), _kept(terminal, reader, choices)
        records = [entry.record for entry in reader.entries()]
    clock = max((one["advance"] for one in records if "advance" in one), default=0)
    at = _EPOCH + timedelta(microseconds=clock)
    session = open_session(names, at, **chosen)
    session.restore(records)
    return session


def _clock_of(reader: Reader) -> datetime | None:
    moments = [e.record["advance"] for e in reader.entries() if e.payload.startswith(b'{"adv')]
    return _EPOCH + timedelta(microseconds=max(moments)) if moments else None


def _tell(terminal: Terminal, session: Session, delta: Delta) -> None:
    terminal.write(dump(session.as_dict(delta)))
    sys.stdout.flush()


def _notes(terminal: Terminal, session: Session) -> None:
    if session.notes:
        terminal.error(render_all(session.notes, terminal.lang, terminal.error_color))
