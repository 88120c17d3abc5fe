"""Binding a document as the user types it: results, reviews, quotes, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from journey import Ended, stdrules, write_facts

from unit.author.author_samples import LEDGER, LINES, write_copy, write_ruleset

FACT = {"type": "picked", "id": "p1", "case": "B1", "at": "2024-03-01T08:00"}
SENTENCE = "2.3 鲜叶应在采下后 6 h 内送到炒茶间。"
EDITED = [line.replace("后 6 h", "后 8 h") for line in LINES]


@pytest.fixture
def run(tmp_path: Path):
    """Types commands in a folder with the ruleset `tea`; what is bound is kept there too."""
    write_ruleset(tmp_path)
    write_facts(tmp_path, FACT)

    def typed(line: str, **environment: str) -> Ended:
        kept = {"STDRULES_BINDINGS": str(tmp_path / "kept"), **environment}
        return stdrules(*line.split(), cwd=tmp_path, **kept)

    return typed


def test_all_is_exact(run: Any, tmp_path: Path):
    write_copy(tmp_path)
    ended = run("bind ./tea copy.txt")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "care of a tea garden"
    assert lines[1].startswith("tea 1.0.0 and copy.txt (digest ")
    assert lines[3:] == [
        "result   statements  paragraphs",
        "-------  ----------  ----------",
        "exact            15          14",
        "moved             0           0",
        "changed           0           0",
        "missing           0           0",
    ]


def test_a_new_edition_is_told_in_either_language(run: Any, tmp_path: Path):
    write_copy(tmp_path)
    run("bind ./tea copy.txt")
    moved = [line for line in EDITED if not line.startswith(("4.3", "3.3"))]
    moved.insert(2, LINES[14])
    write_copy(tmp_path, moved, "new.txt")
    ended = run("bind ./tea new.txt")
    assert ended.code == 1
    assert ended.out.splitlines()[9:] == [
        "",
        "moved",
        "  3.3  line 3  3.3",
        "",
        "changed",
        "  2.3  line 9  2.3",
        "      2.3 鲜叶应在采下后 [-6-]{+8+} h 内送到炒茶间。",
        "",
        "missing",
        "  4.3  4.3",
        "      was “4.3 每逢立秋，园主宜召集看护人喝一次新茶。”",
        "",
        "read them again, then: stdrules bind ./tea --accept CLAUSE --by NAME",
    ]
    told = run("bind ./tea --lang zh").out
    assert "移位     1     1" in told
    assert "  2.3  第 9 行  2.3" in told
    assert "原为“4.3 每逢立秋" in told


def test_the_same_as_json(run: Any, tmp_path: Path):
    write_copy(tmp_path, EDITED)
    ended = run("bind ./tea copy.txt --format json")
    assert ended.code == 1
    found = ended.json
    assert found["totals"] == {"exact": 14, "moved": 0, "changed": 1, "missing": 0}
    assert found["source"]["name"] == "copy.txt"
    assert [row["id"] for row in found["clauses"]] == [one.id for one in LEDGER]
    assert [row["id"] for row in found["clauses"] if row["status"] != "exact"] == ["2.3"]
    assert run("bind ./tea --format json").json == found


def test_a_review_ends_it_until_the_next_change(run: Any, tmp_path: Path):
    write_copy(tmp_path, EDITED)
    assert run("bind ./tea copy.txt").code == 1
    ended = run("bind ./tea --accept 2.3 --by 柳 --on 2024-03-01 --note 已改")
    assert ended.code == 0
    assert "2.3 accepted by 柳, 2024-03-01: 已改" in ended.out
    assert run("bind ./tea copy.txt").code == 0
    write_copy(tmp_path, [line.replace("后 6 h", "后 9 h") for line in LINES])
    assert run("bind ./tea copy.txt").code == 1
    assert run("bind ./tea copy.txt --accept all --by 柳").code == 0


def test_what_is_shown_quotes_the_document(run: Any, tmp_path: Path):
    eval_json = "eval ./tea --facts facts.jsonl --as-of 2024-03-02"
    audit = "audit ./tea facts.jsonl --as-of 2024-03-02"
    explain = "explain ./tea facts.jsonl --as-of 2024-03-02 --norm 2.3-in-time"
    commands = [eval_json, audit, explain, "show ./tea 2.3", "show ./tea 2.3 --format json"]
    before = [run(line).stdout for line in commands]
    assert all("鲜叶应" not in out.decode() for out in before)
    write_copy(tmp_path)
    run("bind ./tea copy.txt")
    after = [run(line) for line in commands]
    assert after[0].json["obligations"][0]["quote"] == SENTENCE
    assert after[4].json["clauses"][0]["quote"] == SENTENCE
    assert all(f"text: “{SENTENCE}”" in ended.out for ended in after[1:4])
    assert all(ended.err == "" for ended in after)
    assert [run(line, STDRULES_BINDINGS="off").stdout for line in commands] == before
    assert run("bind ./tea --remove").out == "tea is bound no more\n"
    assert [run(line).stdout for line in commands] == before
    assert run("bind ./tea --remove").out == "no document is bound to tea\n"


def test_a_sentence_that_was_not_read_again_is_marked(run: Any, tmp_path: Path):
    write_copy(tmp_path, EDITED)
    run("bind ./tea copy.txt")
    assert "text (changed, not reviewed): “2.3 鲜叶" in run("show ./tea 2.3").out
    assert run("show ./tea 2.3 --format json").json["clauses"][0]["quote_reviewed"] is False


def test_another_version_of_the_ruleset_is_told(run: Any, tmp_path: Path):
    write_copy(tmp_path)
    run("bind ./tea copy.txt")
    write_ruleset(tmp_path, "1.1.0")
    told = "the document was bound to version 1.0.0, this is 1.1.0; bind it again"
    assert told in run("show ./tea 2.3").err
    ended = run("bind ./tea")
    assert ended.code == 1 and told in ended.err
    assert run("bind ./tea copy.txt").code == 0
    assert run("show ./tea 2.3").err == ""


def test_a_damaged_record_never_stops_an_audit(run: Any, tmp_path: Path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "tea.json").write_text("{", encoding="utf-8")
    ended = run("audit ./tea facts.jsonl --as-of 2024-03-02")
    assert ended.code == 1 and "is damaged" in ended.err and "overdue" in ended.out
    assert run("bind ./tea --remove").code == 0
    assert run("audit ./tea facts.jsonl --as-of 2024-03-02").err == ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("bind", "missing"),
        ("bind ./tea nothing.txt", "nothing.txt: error[E170]: cannot be read: no such file"),
        ("bind ./tea copy.pdf", "the format `.pdf` is not supported"),
        ("bind ./tea bad.txt", "bad.txt:2: error[E171]: byte 1 of this line, 0xFF"),
        ("bind ./tea", "no document is bound to `tea`"),
        ("bind ./nowhere copy.txt", "nowhere"),
        ("bind ./tea copy.txt --by 柳", "need `--accept`"),
        ("bind ./tea copy.txt --accept 2.3", "add --by NAME"),
        ("bind ./tea copy.txt --accept 2.33 --by 柳", "did you mean `2.3`?"),
        ("bind ./tea copy.txt --accept 2.3 --by 柳 --on 1.3.2024", "`1.3.2024` is no date"),
        ("bind ./tea copy.txt --remove", "`--remove` stands alone"),
    ],
)
def test_what_cannot_be_done_is_told(run: Any, tmp_path: Path, line: str, told: str):
    write_copy(tmp_path, EDITED)
    (tmp_path / "bad.txt").write_bytes(b"first line\n\xff\xff\xff\n")
    ended = run(line)
    assert ended.code == 2
    assert told in ended.err
    assert ended.out == ""


def test_off_compares_and_keeps_nothing(run: Any, tmp_path: Path):
    write_copy(tmp_path)
    ended = run("bind ./tea copy.txt", STDRULES_BINDINGS="off")
    assert ended.code == 0
    assert ended.err == "note: bindings are off, nothing was kept\n"
    assert not (tmp_path / "kept").exists()


def test_a_word_document(run: Any, tmp_path: Path):
    import docx

    made = docx.Document()
    for line in EDITED:
        made.add_paragraph(line)
    made.save(str(tmp_path / "copy.docx"))
    ended = run("bind ./tea copy.docx --format json")
    assert ended.code == 1
    assert json.dumps(ended.json["totals"], sort_keys=True) == (
        '{"changed": 1, "exact": 14, "missing": 0, "moved": 0}'
    )


def test_the_shipped_ledgers_know_nothing_of_another_document(run: Any, tmp_path: Path):
    write_copy(tmp_path)
    found = run("bind jghq_bzh copy.txt --format json")
    assert found.code == 1
    assert found.json["totals"]["exact"] == 0
    assert sum(found.json["totals"].values()) == 222
