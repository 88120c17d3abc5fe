"""Corrections that lie in another case than what they correct: split chunks give the same."""

from __future__ import annotations

import dataclasses
import random

import pytest

from properties.test_columns_differential import maker_of, merged
from stdrules.base.time.zones import DAY
from stdrules.engine import case, columns
from stdrules.model.facts import Fact, FactLog, Withdrawal

LATER = 4 * 365 * DAY


def tangled(name: str, seed: int) -> tuple[object, FactLog, int]:
    """Logs side by side, with chains of corrections from case to case, some taken back."""
    maker, rng = maker_of(name), random.Random(f"split/{name}/{seed}")
    made = [maker.log(rng, 15) for _ in range(12)]
    log = merged([one[0] for one in made])
    as_of = max(one[1] for one in made)
    plain = [fact for fact in log.facts if fact.cases and fact.supersedes is None]
    of: dict[str, list[dict[str, tuple[str, ...]]]] = {}
    for fact in plain:
        of.setdefault(",".join(fact.cases), []).append(dict(fact.cases))
    for number, fact in enumerate(rng.sample(plain, min(14, len(plain)))):
        last = fact
        for step in range(rng.choice((1, 1, 2, 3))):
            elsewhere = rng.choice(of[",".join(fact.cases)])
            last = Fact(
                fact.type, f"fix-{number}-{step}", elsewhere, fact.at, dict(fact.fields),
                as_of - LATER + number * 10 + step, last.id, fact.source,
            )  # fmt: skip
            log.facts.append(last)
        if number % 4 == 3:
            log.withdrawals.append(Withdrawal(rng.choice((last.id, fact.id)), None))
    return maker.plan, log, as_of


@pytest.mark.parametrize("facts", [1, 20, 60])
@pytest.mark.parametrize("name", ["q_gxxz_029", "db4201_629", "suzhou_464"])
def test_corrections_from_other_cases_are_seen(name: str, facts: int) -> None:
    parted = 0
    for seed in range(4):
        plan, log, as_of = tangled(name, seed)
        for known_at in (None, as_of - LATER + 60):
            whole = columns.from_log(plan, log)
            parts = list(columns.split(whole, facts))
            parted += len(parts) > 1
            found = []
            for one in parts:
                found += columns.evaluate_chunk(plan, one, as_of, known_at).evaluation().findings
            expected = case.evaluate(plan, log, as_of, known_at).findings
            assert sorted(repr(row.as_tuple()) for row in found) == sorted(
                repr(row.as_tuple()) for row in expected
            )
    if name == "q_gxxz_029":
        assert parted  # the other rulesets have cases of several types, which stay together


def test_a_chunk_gets_all_versions_and_no_others() -> None:
    maker = maker_of("q_gxxz_029")
    log = merged([maker.log(random.Random(f"versions/{n}"), 12)[0] for n in range(6)])
    log.facts = [fact for fact in log.facts if fact.cases and fact.supersedes is None]
    log.withdrawals.clear()
    names = sorted({one for fact in log.facts for one in fact.cases["project"]})
    fact = next(one for one in log.facts if one.cases["project"] == (names[0],))
    for number in (1, 2):
        log.facts.append(dataclasses.replace(
            fact, id=f"v{number}", cases={"project": (names[number],)},
            supersedes=fact.id if number == 1 else "v1",
        ))  # fmt: skip
    judged = {fact.id, "v1", "v2"}
    for part in columns.split(columns.from_log(maker.plan, log), 1):
        (name,) = part.cases["project"]
        versions = judged & {one.id for one in part.rest.facts}
        assert versions == (judged if name in names[:3] else set())
