"""A stream of events of open projects, for the live benchmark.

Every place of a project runs one script of 30 events after another, each from a random day on, so
that the number of open projects stays the same and so does the work for each event.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import samples
from samples import DAY_US, moment

from stdrules.base.time.moments import When
from stdrules.base.truth import Missing
from stdrules.model.facts import Fact
from stdrules.plan.plan import Plan

TEN = (
    "4.1-plan-48h", "4.4-report-24h", "5.3-launch-meeting-60d", "5.4-measures-15d",
    "5.3-meeting-plan", "6.e-revise-7d", "4.5-monthly-guidance", "4.5-fortnight-inquiry",
    "4.6-quarter-news", "5.3-leader-meetings-8",
)  # fmt: skip
START = moment("2024-05-20T10:00")
FIRST = moment(samples.PROJECT[0][1])
#: How long a script runs, and a pause before the next one.
SPAN = 130 * DAY_US
A_DAY = timedelta(days=1)
_BLANK = Missing("a field", blank=True)
_NAMES = ("guidance_id", "comment_batch_id", "document_id", "meeting_id", "contact_id")


def ten_norms(plan: Plan) -> Plan:
    """Return the plan with ten of its norms."""
    norms = tuple(norm for norm in plan.norms if norm.id in TEN)
    assert len(norms) == len(TEN)
    return replace(plan, norms=norms, digest=f"{plan.digest}/ten")


class Script:
    """The events of a project, as facts that can be moved in time."""

    def __init__(self, types: Any) -> None:
        self.facts = sorted(samples.project(types).facts, key=lambda fact: fact.at or FIRST)
        self.offsets = [fact.at.first - FIRST for fact in self.facts if fact.at is not None]

    def fact(self, number: int, project: str, start: int) -> Fact:
        """Return one event of a project that starts at a moment."""
        own = self.facts[number]
        at = start + self.offsets[number]
        name = f"{project}:t" if number == 0 else f"{project}:{number}"
        fields = dict(own.fields)
        for key, value in fields.items():
            if isinstance(value, Missing):
                # One for all: a hundred thousand projects are to fit into memory.
                fields[key] = _BLANK
            elif key in _NAMES:
                fields[key] = f"{project}/{value}"
            elif key == "ended_at":
                old = own.at.first if own.at is not None else 0
                fields[key] = samples.aware(at + samples.microseconds_of(value) - old)
        return Fact(own.type, name, {"project": (project,)}, When(at, at), fields)


class Stream(NamedTuple):
    """Facts before the measured stream, those of it, and when each project ends."""

    before: list[Fact]
    facts: list[Fact]
    ends: list[tuple[int, str]]


def stream(types: Any, places: int, events: int, seed: int = 1) -> Stream:
    """Return a stream, in the order of time.

    Args:
        types: The vocabulary.
        places: How many projects are open at any time.
        events: How many events the stream has.
        seed: Decides when each project starts.
    """
    rng = random.Random(seed)
    script = Script(types)
    window = SPAN * events // (places * len(script.facts)) + 1
    before: list[Fact] = []
    after: list[Fact] = []
    ends: list[tuple[int, str]] = []
    for place in range(places):
        start = START - rng.randrange(SPAN)
        turn = 0
        while start < START + window:
            project = f"P{place}.{turn}"
            for number, offset in enumerate(script.offsets):
                at = start + offset
                if at < START:
                    before.append(script.fact(number, project, start))
                elif at < START + window:
                    after.append(script.fact(number, project, start))
            start += SPAN
            ends.append((start, project))
            turn += 1
    for facts in (before, after):
        facts.sort(key=lambda fact: (fact.at, fact.id))
    return Stream(before, after[:events], sorted(ends))
