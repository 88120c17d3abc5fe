"""``stdrules bind``: a ruleset held against the reader's own copy of its document."""

from __future__ import annotations

import json
from typing import Final

import click

from stdrules.api.binding import bindings_folder, remove_binding
from stdrules.api.loading import load
from stdrules.api.ruleset import Ruleset
from stdrules.author.alike import changes, marked
from stdrules.author.binding import Binding, BoundClause
from stdrules.author.match import STATUSES
from stdrules.base.errors import RulesetError
from stdrules.base.text import Text, table
from stdrules.cli import options
from stdrules.cli.command import LocalCommand
from stdrules.cli.output import Terminal
from stdrules.report.layout import wrap

STATUS_WORDS: Final = {
    "exact": Text("一致", "exact"),
    "moved": Text("移位", "moved"),
    "changed": Text("变动", "changed"),
    "missing": Text("缺失", "missing"),
}


def build(terminal: Terminal) -> click.Command:
    """Build the command in a language."""
    say = terminal.say

    def run(
        ruleset: str, source: str | None, accept: tuple[str, ...], by: str | None,
        note: str | None, on: str | None, remove: bool, form: str,
    ) -> int:  # fmt: skip
        if remove:
            if source is not None or accept:
                raise click.UsageError(say("`--remove` 不与原文或 `--accept` 同用",
                                           "`--remove` stands alone"))  # fmt: skip
            return _remove(ruleset, terminal)
        if not accept and (by or note or on):
            raise click.UsageError(say("`--by`、`--note`、`--on` 须与 `--accept` 同用",
                                       "`--by`, `--note` and `--on` need `--accept`"))  # fmt: skip
        rules = load(ruleset)
        names = [name.strip() for text in accept for name in text.split(",") if name.strip()]
        found = rules.bind(source, names, by=by or "", note=note or "", on=on or "")
        if form == "json":
            plain = json.dumps(found.to_json(), ensure_ascii=False, sort_keys=True, indent=2)
            terminal.write(plain)
        else:
            terminal.write(_text(found, rules, ruleset, terminal))
        if found.current:
            terminal.error(say(
                f"提示: 原文是按版本 {found.version} 绑定的，现在是 {found.current}；请重新绑定",
                f"note: the document was bound to version {found.version}, this is "
                f"{found.current}; bind it again",
            ))  # fmt: skip
        if source is not None and bindings_folder() is None:
            terminal.error(
                say("提示: 绑定已关闭，没有保存", "note: bindings are off, nothing was kept")
            )
        return 1 if found.open or found.current else 0

    return LocalCommand(
        terminal, "bind", callback=run, help=_help(terminal), params=_params(terminal)
    )


def _help(terminal: Terminal) -> str:
    return terminal.say(
        "把规则集与自己手中的原文（.txt、.md、.docx）逐条核对并绑定：一致、移位、变动、缺失。"
        "绑定后，show、explain 和报告引用原文。不给原文则显示已绑定的结果。"
        "退出码：0 全部一致或已复核；1 有移位、变动或缺失；2 原文不可用。",
        "Hold a ruleset against your own copy of its document (.txt, .md, .docx), statement by "
        "statement, and bind it: exact, moved, changed, missing. Once bound, show, explain and "
        "reports quote the sentence. Without a file what is bound is shown. Exit code 0: all exact "
        "or accepted; 1: something moved, changed or missing; 2: the file cannot be used.",
    )


def _params(terminal: Terminal) -> list[click.Parameter]:
    say = terminal.say
    return [
        options.ruleset(say),
        click.Argument(["source"], required=False, metavar=say("原文", "[SOURCE]")),
        click.Option(["--accept"], multiple=True, metavar=say("条款|all", "CLAUSE|all"),
                     help=say("已重读并认可的条款（编号或位置），可重复或用逗号分隔",
                              "a clause (id or locator) that was read again and is accepted; "
                              "repeat it or use commas")),
        click.Option(["--by"], metavar=say("姓名", "NAME"),
                     help=say("由谁复核", "who read it again")),
        click.Option(["--note"], metavar=say("文字", "TEXT"),
                     help=say("复核说明", "what was found")),
        click.Option(["--on"], metavar=say("日期", "DATE"),
                     help=say("复核日期", "the day of the review")),
        click.Option(["--remove"], is_flag=True,
                     help=say("删去已绑定的原文", "forget the bound document")),
        options.output(say, ("text", "json")),
        *options.shared(say),
    ]  # fmt: skip


def _remove(reference: str, terminal: Terminal) -> int:
    """Forget a binding; a ruleset that is not installed any more can be named by its id."""
    try:
        name = load(reference).id
    except RulesetError:
        name = reference
    if remove_binding(name):
        terminal.write(terminal.say(f"已删去 {name} 的绑定", f"{name} is bound no more"))
    else:
        terminal.write(terminal.say(f"{name} 没有绑定原文", f"no document is bound to {name}"))
    return 0


def _text(found: Binding, rules: Ruleset, named: str, terminal: Terminal) -> str:
    lang, width, say = terminal.lang, terminal.width, terminal.say
    head = say(
        f"{found.ruleset} {found.version} 与 {found.source}（摘要 {found.digest[:12]}）",
        f"{found.ruleset} {found.version} and {found.source} (digest {found.digest[:12]})",
    )
    lines = [*wrap(rules.title.get(lang), width), *wrap(head, width), ""]
    totals, paragraphs = found.totals, found.paragraphs
    heads = (say("结果", "result"), say("陈述", "statements"), say("段落", "paragraphs"))
    rows = [
        [STATUS_WORDS[one].get(lang), str(totals[one]), str(paragraphs[one])] for one in STATUSES
    ]
    lines += table(rows, heads, "<>>").split("\n")
    for status in STATUSES[1:]:
        groups = _groups(found, status)
        if groups:
            lines += ["", f"{STATUS_WORDS[status].get(lang)}"]
        for group in groups:
            lines += _group(found, group, terminal)
    if found.open:
        hint = say(
            f"重读后认可：stdrules bind {named} --accept 条款 --by 姓名",
            f"read them again, then: stdrules bind {named} --accept CLAUSE --by NAME",
        )
        lines += ["", hint]
    return "\n".join(lines)


def _groups(found: Binding, status: str) -> list[list[BoundClause]]:
    """Return the clauses of a status; those that share a paragraph stand together."""
    groups: dict[str, list[BoundClause]] = {}
    for one in found.clauses:
        if one.status == status:
            groups.setdefault(one.expects, []).append(one)
    return list(groups.values())


def _group(found: Binding, group: list[BoundClause], terminal: Terminal) -> list[str]:
    say, width, first = terminal.say, terminal.width, group[0]
    places = ", ".join(dict.fromkeys(one.locator for one in group))
    place = say(f"  第 {first.line} 行", f"  line {first.line}") if first.line else ""
    ids = ", ".join(one.id for one in group)
    lines = wrap(f"{places}{place}  {ids}", width, "  ", "    ")
    if first.status == "changed" and first.was:
        shown = marked(first.sentence, changes(first.was, first.sentence))
        lines += wrap(shown, width, "      ")
    elif first.status == "changed":
        lines += wrap(say(f"原先的句子未知；现为“{first.sentence}”",
                          f"what it was is not known; now “{first.sentence}”"),
                      width, "      ")  # fmt: skip
    elif first.status == "missing" and first.was:
        lines += wrap(say(f"原为“{first.was}”", f"was “{first.was}”"), width, "      ")
    for one in group:
        review = found.review(one)
        if review is not None:
            day = f", {review.on}" if review.on else ""
            note = f": {review.note}" if review.note else ""
            lines += wrap(say(f"{one.id} 已由 {review.by} 复核{day.replace(', ', '，')}"
                              f"{note.replace(': ', '：')}",
                              f"{one.id} accepted by {review.by}{day}{note}"),
                          width, "      ")  # fmt: skip
    return lines
