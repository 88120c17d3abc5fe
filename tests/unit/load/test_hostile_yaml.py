"""Hostile files: refused early, at small cost, with a finding and never a crash.

Times are bounds for a busy machine; the refusals themselves take a fraction of them.
"""

from __future__ import annotations

import time

import pytest
from load_samples import FILES, write

from stdrules.load.files import MAX_FILES
from stdrules.load.ruleset import read_ruleset
from stdrules.load.yaml_events import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    MAX_SCALAR,
    parse,
    parse_bytes,
)


def timed(text):
    started = time.perf_counter()
    tree, findings = parse(text, "x.yaml")
    return tree, [f.code for f in findings], time.perf_counter() - started


def bomb(levels=9, width=9):
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * width)}]" for i in range(1, levels)]
    return "\n".join(lines)


def merge_bomb(levels=7, width=9):
    lines = ["m0: &m0 {k: v}"]
    lines += [
        f"m{i}: &m{i}\n" + f"  <<: [{','.join([f'*m{i - 1}'] * width)}]" for i in range(1, levels)
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("name", "text", "codes", "seconds"),
    [
        ("alias bomb", bomb(), {"E107"}, 0.02),
        ("merge key bomb", merge_bomb(), {"E107"}, 0.02),
        ("recursive alias", "a: &a [*a]", {"E107"}, 0.01),
        ("depth 20,000 in brackets", "a: " + "[" * 20_000, {"E104"}, 0.05),
        ("depth 20,000 in braces", "{a: " * 20_000, {"E104"}, 0.05),
        ("depth 20,000 of dashes", "a:\n" + "- " * 20_000, {"E104"}, 0.05),
        ("depth 1,000 by indent", "\n".join(" " * i + "a:" for i in range(1_000)), {"E104"}, 0.2),
        ("60,000 values", "a: [" + "1," * 60_000 + "]", {"E105"}, 1.0),
        ("a long scalar", "a: " + "x" * (MAX_SCALAR + 1), {"E106"}, 0.2),
        ("over 1 MiB", "a: " + "x" * MAX_BYTES, {"E102"}, 0.05),
        ("over 1 MiB in 3-byte characters", "a: " + "甲" * (MAX_BYTES // 3), {"E102"}, 0.05),
        ("1 MiB of hex digits", "a: 0x" + "f" * (MAX_BYTES - 10), {"E106"}, 1.0),
        ("1 MiB of quotes", "a: " + '"' * (MAX_BYTES - 10), {"E103"}, 1.0),
        ("1 MiB of colons", ": " * (MAX_BYTES // 2 - 10), {"E103", "E110"}, 1.0),
        ("1 MiB of question marks", "? " * (MAX_BYTES // 2 - 10), {"E104"}, 1.0),
        ("1 MiB of ampersands", "a: " + "&" * (MAX_BYTES - 10), {"E103"}, 1.0),
        ("1 MiB of comment", "#" * (MAX_BYTES - 10), {"E112"}, 1.0),
        ("1 MiB of newlines", "\n" * (MAX_BYTES - 10), {"E112"}, 1.0),
        ("1 MiB of documents", "---\n" * (MAX_BYTES // 4 - 10), {"E111"}, 1.0),
        ("200 duplicate keys", "a: 1\n" * 200, {"E109"}, 0.1),
    ],
)  # fmt: skip
def test_refused_cheaply(name, text, codes, seconds):
    tree, found, took = timed(text)
    assert tree is None
    assert found and set(found) <= codes
    assert len(found) <= 100
    assert took < seconds, f"{name} took {took:.3f} s"


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("{a: " * MAX_DEPTH + "1" + "}" * MAX_DEPTH, True),
        ("{a: " * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1), False),
        ("a: " + "x" * MAX_SCALAR, True),
        ("a: [" + "1," * (MAX_NODES - 3) + "]", True),
        ("a: [" + "1," * (MAX_NODES - 2) + "]", False),
        ("a: 1 #" + "x" * (MAX_BYTES - 6), True),
        ("a: 1 #" + "x" * (MAX_BYTES - 5), False),
    ],
)
def test_the_limits_themselves_are_allowed(text, ok):
    tree, found, _ = timed(text)
    assert (tree is not None, not found) == (ok, ok)


def test_many_keys_are_read_in_linear_time():
    tree, found, took = timed("\n".join(f"k{i}: {i}" for i in range(20_000)))
    assert not found and len(tree.data) == 20_000
    assert took < 2.5


def test_two_thousand_rules_pass():
    rule = "- {{id: r{}, kind: deadline, clause: '4', within: PT48H, roll: none}}"
    text = "norms:\n" + "\n".join(rule.format(i) for i in range(2_000))
    tree, found, took = timed(text)
    assert not found and len(tree.data["norms"]) == 2_000
    assert took < 2.0


@pytest.mark.parametrize(
    "points",
    [".nan", "NaN", ".inf", "1e999", "1e1000000", "９.5", "0x10", "1_0", "9" * 5_000, "true", "-1"],
)
def test_no_point_is_read_from_what_is_not_a_plain_finite_number(tmp_path, points):
    card = FILES["scorecard.yaml"].replace("points: 2", f"points: {points}")
    started = time.perf_counter()
    ruleset, findings = read_ruleset(write(tmp_path, scorecard=card))
    assert ruleset is None
    assert [f.code for f in findings] == ["E124"]
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("name", ["clоsed", "closed\u3000", "ｃlosed", "clo­sed"])
def test_a_look_alike_name_is_refused_with_its_code_point(tmp_path, name):
    norms = FILES["norms/04_basic.yaml"].replace("{event: closed}", f"{{event: {name}}}", 1)
    ruleset, findings = read_ruleset(write(tmp_path, norms=norms))
    assert ruleset is None
    assert all("U+" in f.render("en") and "U+" in f.render("zh") for f in findings)


# --- folders -----------------------------------------------------------------------------------


def found_in(folder):
    ruleset, findings = read_ruleset(folder)
    assert ruleset is None
    return {(f.code, f.span.file.removeprefix(f"{folder.as_posix()}/")) for f in findings}


@pytest.mark.parametrize("name", ["ruleset.yaml", "norms/04_basic.yaml", "cases/04.yaml"])
def test_linked_files_are_not_followed(tmp_path, name):
    folder = write(tmp_path / "r")
    secret = tmp_path / "secret.yaml"
    secret.write_text(FILES[name], encoding="utf-8")
    (folder / name).unlink()
    (folder / name).symlink_to(secret)
    assert ("E132", name) in found_in(folder)


def test_linked_folders_are_not_followed(tmp_path):
    folder = write(tmp_path / "r")
    (folder / "norms").rename(tmp_path / "norms")
    (folder / "norms").symlink_to(tmp_path / "norms")
    assert ("E132", "norms") in found_in(folder)


def test_a_folder_in_place_of_a_file_and_a_file_in_place_of_a_folder(tmp_path):
    folder = write(tmp_path / "r", scorecard=None, norms=None)
    (folder / "scorecard.yaml").mkdir()
    (folder / "norms").write_text("", encoding="utf-8")
    assert found_in(folder) == {("E130", "scorecard.yaml"), ("E130", "norms")}


def test_a_pipe_is_not_opened(tmp_path):
    import os

    folder = write(tmp_path / "r", scorecard=None)
    os.mkfifo(folder / "scorecard.yaml")
    assert found_in(folder) == {("E130", "scorecard.yaml")}


def test_too_many_files(tmp_path):
    folder = write(tmp_path / "r")
    for number in range(MAX_FILES + 1):
        (folder / "cases" / f"x{number}.yaml").touch()
    assert ("E105", "cases") in found_in(folder)


def test_a_large_file_is_not_read_whole(tmp_path):
    folder = write(tmp_path / "r")
    with (folder / "vocabulary.yaml").open("wb") as stream:
        stream.truncate(200 * MAX_BYTES)
    started = time.perf_counter()
    assert found_in(folder) == {("E102", "vocabulary.yaml")}
    assert time.perf_counter() - started < 1


def test_bytes_over_the_limit_are_refused_before_decoding():
    assert [f.code for f in parse_bytes(b"\xff" * (MAX_BYTES + 1), "x")[1]] == ["E102"]
