"""Whatever is given: a fact or a finding, never a foreign exception."""

import datetime as dt
from decimal import Decimal

import pytest
from intake_samples import READER, VOCABULARY

from stdrules.base.diagnostics import Severity
from stdrules.intake.controls import KEYS

VALUES = [
    None, "", " ", 0, 1, -1, 1.5, float("nan"), b"x", [], {}, [[1]], {"a": 1}, object(), True,
    (), set(), {1, 2}, [None], [""], Decimal("sNaN"), Decimal("NaN"), Decimal("1e400"), 10**400,
    "\ud800", "x" * 100_000, "\0", "9999-12-31", "0001-01-01", "9999-12-31T24:00", "0001-01-01Z",
    dt.datetime.max, dt.datetime.min, dt.date.max, dt.date.min, dt.timedelta.max, dt.time(1),
    dt.datetime.max.replace(tzinfo=dt.UTC), dt.datetime.min.replace(tzinfo=dt.UTC),
]  # fmt: skip
FACT_KEYS = ["type", "id", "case", "at", "recorded_at", "supersedes", "fields",
             *VOCABULARY.types["document"].fields]  # fmt: skip


@pytest.mark.parametrize("key", FACT_KEYS)
def test_any_value_in_a_fact(key):
    for value in VALUES:
        record = {"type": "document", "case": "P1", key: value}
        log, found = READER.read_tolerant([record])
        errors = [d for d in found if d.severity is Severity.ERROR]
        assert bool(log.facts) is not bool(errors), (key, value, errors)


@pytest.mark.parametrize("kind", KEYS)
def test_any_value_in_a_statement(kind):
    for key in KEYS[kind]:
        for value in VALUES:
            record = {k: v for k, v in {
                kind: "task", "by": "b", "reason": "r", "from": "2023-01-01",
                "until": "2023-01-01", key: value}.items() if k in KEYS[kind]}  # fmt: skip
            log, found = READER.read_tolerant([record])
            taken = [*log.withdrawals, *log.waivers, *log.suspensions, *log.completes]
            errors = [d for d in found if d.severity is Severity.ERROR]
            assert bool(taken) is not bool(errors), (key, value, errors)


def test_every_code_is_explained_in_both_languages():
    from stdrules.base.diagnostics import CODES
    from stdrules.intake import codes

    own = [value for name, value in vars(codes).items() if name.isupper() and name[0] != "_"]
    assert len(own) == len(set(own)) >= 20
    for code in own:
        info = CODES[code]
        assert all((info.title.zh, info.title.en, info.explanation.zh, info.explanation.en))
