"""What durable_rules is known to do, each fault the reason of a precaution in ``stdrules.react``.

If one of these tests fails, the library has changed and the precaution may go.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from react_world import TWINS

lang = pytest.importorskip("durable.lang", reason="durable_rules needs Python below 3.13")
engine = pytest.importorskip("durable.engine", reason="durable_rules needs Python below 3.13")
m, ruleset, when_all = lang.m, lang.ruleset, lang.when_all


class Quiet(engine.Host):
    """A host without the library's timer threads."""

    def _run(self):
        return None


def host(define) -> Quiet:
    with ruleset("probe"):
        define()
    name, definition = lang._rulesets.pop("probe").define()
    made = Quiet()
    made.set_rulesets({name: definition})
    return made


def any_kind(fired: list):
    def define():
        @when_all(+m.kind)
        def seen(c):
            fired.append(c.m.kind)

    return define


def test_a_ruleset_holds_1024_states():
    made = host(any_kind([]))
    for number in range(1024):
        made.post("probe", {"id": str(number), "sid": f"s{number}", "kind": "a"})
    with pytest.raises(MemoryError):
        made.post("probe", {"id": "more", "sid": "more", "kind": "a"})


def test_two_states_whose_names_have_one_hash_are_one():
    fired = []

    def define():
        @when_all(+m.kind)
        def seen(c):
            c.s.seen = (c.s.seen or 0) + 1
            fired.append((c.s.sid, c.s.seen))

    made = host(define)
    for number, name in enumerate(TWINS):
        made.post("probe", {"id": str(number), "sid": name, "kind": "a"})
    assert fired == [(TWINS[0], 1), (TWINS[0], 2)]


def test_an_exception_of_an_action_ends_as_a_text_in_the_state():
    def define():
        @when_all(m.kind == "a")
        def wrong(c):
            raise ValueError("boom")

    state = host(define).post("probe", {"id": "1", "sid": "s", "kind": "a"})
    assert "boom" in state["exception"]


def test_a_text_equals_a_number():
    fired = []

    def define():
        @when_all(m.n == 85)
        def same(c):
            fired.append(c.m.n)

        @when_all(m.n >= 90)
        def more(c):
            fired.append(c.m.n)

    made = host(define)
    made.post("probe", {"id": "1", "sid": "s", "n": "85"})
    made.post("probe", {"id": "2", "sid": "s", "n": "9"})
    assert fired == ["85", "9"]


@pytest.mark.parametrize("value", [Decimal("84.5"), datetime(2024, 3, 1, tzinfo=UTC)])
def test_decimals_and_dates_are_refused(value):
    with pytest.raises(TypeError):
        host(any_kind([])).post("probe", {"id": "1", "sid": "s", "kind": "a", "n": value})


@pytest.mark.parametrize(
    ("place", "kinds", "right", "found"),
    [
        pytest.param(0, "bc", True, False, id="first: never fires"),
        pytest.param(1, "bac", False, True, id="in the middle: fires though there is one"),
        pytest.param(2, "bc", True, True, id="last: right without one"),
        pytest.param(2, "bac", False, False, id="last: right with one"),
    ],
)
def test_none_is_wrong_unless_it_is_last(place, kinds, right, found):
    fired = []

    def define():
        parts = [lang.c.b << (m.kind == "b"), lang.c.c << (m.kind == "c")]
        parts.insert(place, lang.none(m.kind == "a"))
        when_all(*parts)(lambda c: fired.append(True))

    made = host(define)
    for number, kind in enumerate(kinds):
        made.assert_fact("probe", {"id": str(number), "sid": "s", "kind": kind})
    assert bool(fired) is found
    assert (found == right) is (place == 2)


def test_facts_stay_and_distinct_ids_are_taken_for_one():
    """One of the first 52,000 ids of this shape is a false duplicate; all of them are kept."""
    made = host(any_kind([]))
    false = []
    for number in range(52_000):
        try:
            name = f"case-{number}-norm-4.1-plan-48h/f{number}"
            made.assert_fact("probe", {"id": name, "sid": "s", "kind": "a"})
        except engine.MessageObservedException:
            false.append(number)
    assert false


def test_an_event_that_matches_a_part_of_a_rule_is_kept():
    def define():
        @when_all(lang.c.a << m.kind == "a", lang.c.b << m.kind == "b")
        def both(c):
            raise AssertionError("b never comes")

    made = host(define)
    for number in range(100):
        made.post("probe", {"id": str(number), "sid": "s", "kind": "a"})
    assert len(made.get_pending_events("probe", "s")) == 100


def test_a_host_starts_threads_of_its_own():
    before = threading.active_count()
    made = engine.Host()
    try:
        assert threading.active_count() > before
    finally:
        made._d_timer.cancel()
        made._t_timer.cancel()
