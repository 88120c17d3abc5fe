"""An invented document, its ledger, and a ruleset for it."""

from __future__ import annotations

from pathlib import Path

from stdrules.author.match import Found, match, statements
from stdrules.author.paragraphs import Paragraph
from stdrules.base.text import Text, normalise_source, sha12
from stdrules.model.ledger import LedgerEntry

#: Line -> locator; None: a heading, a header or a blank, of which the ledger knows nothing.
DOCUMENT: tuple[tuple[str | None, str], ...] = (
    (None, "茶园管理规程"),
    (None, "1 总则"),
    ("1.1", "1.1 本规程供山谷里三个茶园的看护人使用。"),
    ("1.2", "1.2 看护人指受园主委托照看茶树的人。"),
    (None, "2 采摘"),
    ("2.1", "2.1 看护人应在清明前 5 d 内检查全部茶树——包括新栽的树。"),
    ("2.2", "2.2 采摘人宜戴草帽，不得穿胶鞋进入园地。"),
    ("2.3", "2.3 鲜叶应在采下后 6 h 内送到炒茶间。"),
    ("2.3 a)", "a) 竹篓中的叶子不得压实；"),
    ("2.3 b)", "b) 雨天的叶子应单独存放；"),
    ("2.3 c)", "c) 每篓挂上写有时间的木牌。"),
    (None, "3 炒制"),
    ("3.1", "3.1 炒茶人应先洗净铁锅，再生火。"),
    ("3.2", "3.2 一锅茶不得超过 2.5 kg，火候由老师傅掌握。"),
    ("3.3", "3.3 炒好的茶应在当天入罐，罐口用油纸封严。"),
    (None, "4 记录"),
    ("4.1", "4.1 每天收工时，看护人应把当日的天气、人数和斤两记在账本上。"),
    ("4.2", "4.2 账本保存十年，虫蛀的应重抄一份。"),
    ("4.3", "4.3 每逢立秋，园主宜召集看护人喝一次新茶。"),
)
LINES = [text for _, text in DOCUMENT]
#: Places of the paragraphs that the ledger knows.
KNOWN = [place for place, (locator, _) in enumerate(DOCUMENT) if locator]
SUMMARIES = {
    "1.1": "供三个茶园看护人使用", "1.2": "看护人的定义", "2.1": "清明前检查茶树",
    "2.2": "采摘人的穿戴",
    "2.3": "鲜叶6小时内送到", "2.3 a)": "叶子不压实", "2.3 b)": "雨天叶子分开放",
    "2.3 c)": "每篓挂木牌",
    "3.1": "先洗锅再生火", "3.2": "一锅茶的上限", "3.3": "当天入罐封严", "4.1": "每天记账",
    "4.2": "账本保存十年", "4.3": "立秋喝新茶",
}  # fmt: skip


def entry(number: str, text: str, suffix: str = "") -> LedgerEntry:
    """Return a statement of a paragraph."""
    return LedgerEntry.model_validate(
        {
            "id": f"{number.replace(' ', '.').rstrip(')')}{suffix}",
            "locator": number,
            "digest": sha12(normalise_source(text)),
            "modality": "obligation",
            "summary": Text(SUMMARIES.get(number, "要求"), "a demand").to_json(),
            "status": "encoded",
            "norms": ["2.3-in-time"],
        }
    )


#: 2.2 holds two statements.
LEDGER = tuple(
    one
    for locator, text in DOCUMENT
    if locator
    for one in (
        [entry(locator, text, "-hat"), entry(locator, text, "-boots")]
        if locator == "2.2"
        else [entry(locator, text)]
    )
)
SENTENCES = {one.digest: LINES[place] for one in LEDGER for place in KNOWN
             if sha12(normalise_source(LINES[place])) == one.digest}  # fmt: skip


def paragraphs(lines: list[str]) -> list[Paragraph]:
    """Return the paragraphs of a text."""
    found = (Paragraph.of(text, number) for number, text in enumerate(lines, 1))
    return [one for one in found if one is not None]


def find(lines: list[str], known: bool = True) -> list[Found]:
    """Hold the ledger against a text, knowing the sentences or not."""
    return match(statements(LEDGER, SENTENCES if known else None), paragraphs(lines))


def differing(found: list[Found]) -> dict[str, str]:
    """Return locator -> status of all that is not exact."""
    return {one.statement.locators[0]: one.status for one in found if one.status != "exact"}


HEADER = """\
stdrules: 1
id: tea
version: {version}
title: {{zh: 茶园管理规程, en: care of a tea garden}}
document: {{number: TEA 1, kind: house rules}}
case: {{type: basket, label: {{zh: 篓, en: basket}}, from: {{fact: picked}}}}
timezone: Asia/Shanghai
"""
VOCABULARY = """\
types:
  picked:
    kind: event
    label: {zh: 采下, en: picked}
    time: picked_at
    case: basket
    fields:
      basket: {type: text, label: {zh: 篓号, en: basket}}
      picked_at: {type: moment, label: {zh: 采下时间, en: picked at}}
  delivered:
    kind: event
    label: {zh: 送到, en: delivered}
    time: delivered_at
    case: basket
    fields:
      basket: {type: text, label: {zh: 篓号, en: basket}}
      delivered_at: {type: moment, label: {zh: 送到时间, en: delivered at}}
"""
NORMS = """\
norms:
- id: 2.3-in-time
  kind: deadline
  clause: "2.3"
  modality: obligation
  bearer: keeper
  title: {zh: 6小时内送到, en: delivered within 6 hours}
  trigger: {event: picked}
  content: {event: delivered}
  within: PT6H
"""


def write_ruleset(folder: Path, version: str = "1.0.0") -> Path:
    """Write the ruleset; its one norm encodes 2.3, everything else is told to be information."""
    rows = [f"expected_statements: {len(LEDGER)}", "clauses:"]
    for one in LEDGER:
        encoded = one.locator == "2.3"
        rows += [
            f"- id: {one.id}", f'  locator: "{one.locator}"', f'  digest: "{one.digest}"',
            "  modality: obligation",
            f"  summary: {{zh: {one.summary.zh}, en: {one.summary.en}}}",
            "  status: encoded" if encoded else "  status: informative",
            "  norms: [2.3-in-time]" if encoded else "  reason: {zh: 样例, en: a sample}",
        ]  # fmt: skip
    made = folder / "tea"
    (made / "norms").mkdir(parents=True, exist_ok=True)
    for name, text in {
        "ruleset.yaml": HEADER.format(version=version), "vocabulary.yaml": VOCABULARY,
        "norms/01.yaml": NORMS, "clauses.yaml": "\n".join(rows) + "\n",
    }.items():  # fmt: skip
        (made / name).write_text(text, encoding="utf-8")
    return made


def write_copy(folder: Path, lines: list[str] | None = None, name: str = "copy.txt") -> Path:
    """Write a copy of the document."""
    path = folder / name
    path.write_text("\n".join(LINES if lines is None else lines) + "\n", encoding="utf-8")
    return path
