"""What columns settle themselves: open dues, keys that are numbers, judgements of other norms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import stdrules
from stdrules.api.facts import gather_files
from stdrules.engine import columns
from stdrules.engine.columns.matching import _alike, _runs
from stdrules.engine.columns.rows import Unable, starts_of
from stdrules.model.columnar import Column, Words

ROOT = Path(__file__).resolve().parents[3]
#: Ruleset, export, as-of, and norms of which at most so many cases go to the case evaluator.
SETTLED = (
    ("db4201_629", "服务站导出.xlsx", "2024-06-30", 5, (
        "4.3.3.1-stay-in-touch", "4.3.2.1-assess-in-time", "4.3.4.1-ask-for-rating")),
    ("jghq_bzh", "标准全程台账.xlsx", "2024-12-31", 5, (
        "8.2.2.1-submit-application", "8.2.3.1-drafting-group", "8.2.6.2-approve")),
)  # fmt: skip


@pytest.mark.parametrize(("name", "file", "as_of", "most", "norms"), SETTLED)
def test_columns_settle_what_they_can(name, file, as_of, most, norms):
    rules = stdrules.load(name)
    plan = rules.plan()
    log = gather_files([ROOT / "examples" / name / file], rules.source).log
    moment = rules.evaluate([], as_of=as_of).as_of
    chunk = columns.evaluate_chunk(plan, columns.from_log(plan, log), moment)
    alone = Counter(
        plan.norms[number].id for part in chunk.parts for _, number, _ in part.singles
    )
    counts = chunk.counts()
    for norm in norms:
        assert sum(counts[norm].values()) > 20 > most >= alone[norm], norm


def numbers(values: list[int], exponent: int = 0) -> Column:
    return Column("number", np.array(values, np.int64), exponent=exponent)


def texts(values: list[str], words: Words) -> Column:
    return Column("code", np.array([words.code(one) for one in values], np.int32), None, words)


@pytest.mark.parametrize(("mine", "theirs", "equal"), [
    (numbers([3, 1, 3]), numbers([3, 2, 1]), [[0, 2], [], [1]]),
    (numbers([30, 15], 1), numbers([3, 1]), [[0], []]),
    (numbers([3]), numbers([300, 301, 30], 2), [[0], [], []]),
    (numbers([]), numbers([0, 7]), [[], []]),
    (texts(["a", "b"], Words()), texts(["b", "c"], Words()), [[1], []]),
])  # fmt: skip
def test_equal_values_have_equal_codes(mine, theirs, equal):
    told, wanted, size = _alike(mine, theirs)
    assert [np.flatnonzero(told == one).tolist() for one in wanted.tolist()] == equal
    assert size >= 1 and (told < size).all() and (wanted < size).all()


@pytest.mark.parametrize(("mine", "theirs"), [
    (numbers([1]), texts(["1"], Words())),
    (texts(["1"], Words()), numbers([1])),
    (numbers([2**40]), numbers([1], 12)),
    (Column("boolean", np.ones(1, np.bool_)), Column("boolean", np.ones(1, np.bool_))),
])  # fmt: skip
def test_what_cannot_be_compared_is_left_over(mine, theirs):
    with pytest.raises(Unable):
        _alike(mine, theirs)


@pytest.mark.parametrize("keys", [[1, 2, 3], [1, 1, 1], [1, 1, 4, 9, 9, 9], [5]])
def test_runs_of_keys(keys):
    wanted = np.arange(-1, 12)
    begin, end = _runs(np.array(keys), wanted)
    found = [keys[low:high] for low, high in zip(begin.tolist(), end.tolist(), strict=True)]
    assert found == [[key for key in keys if key == one] for one in wanted.tolist()]


@pytest.mark.parametrize("each", [0, 1, 5, 40])
@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_borders_of_cases(each, kind):
    case = np.repeat(np.array([0, 2, 3], kind), each)
    assert starts_of(case, 5).tolist() == [0, each, each, 2 * each, 3 * each, 3 * each]
