"""Ratings and evidence of scorecards, laid out by case and indicator."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stdrules.engine.columns.frame import Frame
from stdrules.engine.columns.lookups import FALSE, TRUE, UNSURE, truths_of
from stdrules.engine.columns.picks import is_static
from stdrules.engine.columns.rows import Rows, Unable
from stdrules.model.columnar import Column
from stdrules.plan.content import Matcher
from stdrules.plan.scorecard import Evidence, Indicator, PlanScorecard, Rating

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]
_CONTRADICTS = -2
_MOST = 1 << 16


def places_of(values: list[Decimal]) -> int:
    """Return how many decimal places are needed to write points as whole numbers."""
    return max((max(0, -int(v.as_tuple().exponent)) for v in values), default=0)


def indicator_of(column: Column | None, indicators: list[Indicator], rows: int) -> Ints:
    """Return the number of the indicator that each row is about, -1 for none of them."""
    if column is None:
        raise Unable
    if column.kind != "code" or column.words is None:
        raise Unable
    numbers = {one.id: number for number, one in enumerate(indicators)}
    table = np.array(
        [numbers.get(str(word), -1) for word in column.words.values] or [-1], np.int32
    )
    found: Any = column.values
    if not np.array_equal(table, np.arange(len(table))):
        found = table[column.values]
    if column.state is not None:
        # What names no indicator is about none.
        found = np.where(column.state == 0, found, np.int32(-1))
    return found  # type: ignore[no-any-return]


def kept_rows(frame: Frame, rows: Rows, matcher: Matcher) -> NDArray[np.uint8] | None:
    """Return what a static condition says of rows; None: it keeps them all."""
    if matcher.keys or not is_static(matcher.where):
        raise Unable
    if matcher.where is None:
        return None
    return truths_of(frame, matcher.where, rows)


def looked_up(table: NDArray[Any], row: Any, column: Any) -> NDArray[Any]:
    """Return the cells of a table; row -1 is the last one.

    Example:
        >>> looked_up(np.array([[1, 2], [3, 4]]), np.array([0, -1]), np.array([1, 0])).tolist()
        [2, 3]
    """
    # One index of the machine's own width is much faster than two.
    found: NDArray[Any] = table.reshape(-1).take(
        (row * table.shape[1] + column).astype(np.intp)
    )
    return found


class Ratings:
    """The newest rating of each indicator of each case, as points."""

    def __init__(
        self, rows: Rows, rating: Rating, units: NDArray[np.int32], places: int
    ) -> None:
        self.rows = rows
        self.rating = rating
        self.places = places
        self._units = units
        self.about: Any = None
        self.kept: Booleans | None = None

    def row(self, number: int, case: int) -> int:
        """Return the row of the rating, -1 if there is none."""
        if self._units[number, case] < 0:
            return -1
        begin, end = self.rows.starts(self._units.shape[1])[case : case + 2].tolist()
        for row in range(end - 1, begin - 1, -1):
            if self.about[row] == number and (self.kept is None or self.kept[row]):
                return row
        return -1

    def points(self, number: int) -> NDArray[np.int32]:
        """Return the points of an indicator by case, in units; -1: not rated."""
        found: NDArray[np.int32] = self._units[number]
        return found

    def given(self, number: int, one: Indicator, row: int) -> tuple[Decimal, str]:
        """Return the points and the grade of a rating."""
        rating = self.rating
        grade = self.rows.value(row, rating.grade) if rating.grade is not None else None
        if isinstance(grade, str):
            return dict(one.grades)[grade], grade
        assert rating.points is not None
        points = self.rows.value(row, rating.points)
        names = {value: name for name, value in reversed(one.grades)}
        return Decimal(points), names.get(points, "")


def ratings_of(
    frame: Frame, card: PlanScorecard, rating: Rating, indicators: list[Indicator],
    doubt: Booleans,
) -> Ratings:  # fmt: skip
    """Lay the ratings out; a case with a doubtful one is in doubt."""
    rows = frame.rows(rating.matcher.type)
    known = [one.points for one in indicators] + [card.maximum, card.threshold or Decimal(0)]
    known += [points for one in indicators for _, points in one.grades]
    grades = rows.column(rating.grade) if rating.grade is not None else None
    points = rows.column(rating.points) if rating.points is not None else None
    if points is not None and points.kind != "number":
        if points.state is None or not points.state.all():
            raise Unable
        points = None
    places = max(places_of(known), points.exponent if points is not None else 0)
    if max(known) * 10**places > _MOST:
        raise Unable
    size = len(rows)
    given = np.full((len(indicators), frame.size), -1, np.int32)
    found = Ratings(rows, rating, given, places)
    if not size:
        return found
    about = indicator_of(rows.column(rating.indicator), indicators, size)
    units = _Units(indicators, places).of(grades, points, about)
    truths = kept_rows(frame, rows, rating.matcher)
    own: Any = about >= 0 if about.min() < 0 else None
    if truths is not None and (truths != TRUE).any():
        unsure = truths == UNSURE
        doubt[rows.case[unsure if own is None else unsure & own]] = True
        own = truths == TRUE if own is None else own & (truths == TRUE)
    found.about, found.kept = about, own
    case = rows.case
    if own is not None:
        about, units, case = about[own], units[own], case[own]
    bad = units == _CONTRADICTS
    if bad.any():
        doubt[case[bad]] = True
    place = about.astype(np.int64) * frame.size + case
    # Of several the last counts: it is the newest.
    given.reshape(-1)[place] = units
    if rating.combine != "latest":
        several = np.flatnonzero(np.bincount(place, minlength=given.size) > 1)
        doubt[several % max(frame.size, 1)] = True
    return found


class _Units:
    """Points in whole units by indicator and grade, or by indicator and points told."""

    def __init__(self, indicators: list[Indicator], places: int) -> None:
        self.indicators = indicators
        self.places = places
        scale = 10**places
        allowed = [
            {int(v * scale) for _, v in one.grades} or {0, int(one.points * scale)}
            for one in indicators
        ]
        self.most = max(max(own) for own in allowed) + 1
        # By indicator and points: the points themselves if there are such.
        self.told = np.full((len(indicators), self.most + 1), _CONTRADICTS, np.int32)
        for number, own in enumerate(allowed):
            for value in own:
                self.told[number, value] = value

    def of(self, grades: Column | None, points: Column | None, about: Any) -> NDArray[np.int32]:
        """Return the points of ratings; -2 where one contradicts itself or says nothing."""
        row = np.maximum(about, 0) if about.min() < 0 else about
        if grades is None:
            return self._by_points(points, row, None)
        found = looked_up(self._by_grade(grades), row, grades.values)
        if points is not None:
            wrong = self._scaled(points) != found
            if points.state is not None:
                wrong &= points.state == 0
            if wrong.any():
                found[wrong] = _CONTRADICTS
        if grades.state is not None:
            without = np.flatnonzero(grades.state)
            found[without] = self._by_points(points, row, without)
        return found

    def _scaled(self, points: Column) -> Ints:
        shift = 10 ** (self.places - points.exponent)
        values = np.asarray(points.values, np.int64)
        return values if shift == 1 else values * shift

    def _by_points(self, points: Column | None, row: Any, some: Ints | None) -> NDArray[np.int32]:
        """Return the points told in rows (some: of these rows only)."""
        if points is None:
            size = len(row) if some is None else len(some)
            return np.full(size, _CONTRADICTS, np.int32)
        scaled, state = self._scaled(points), points.state
        if some is not None:
            row, scaled = row[some], scaled[some]
            state = None if state is None else state[some]
        # What lies outside the table is nothing that could be given.
        level = np.where((scaled < 0) | (scaled > self.most), self.most, scaled)
        found: NDArray[np.int32] = looked_up(self.told, row, level)
        return found if state is None else np.where(state == 0, found, np.int32(_CONTRADICTS))

    def _by_grade(self, grades: Column) -> NDArray[np.int32]:
        if grades.kind != "code" or grades.words is None:
            raise Unable
        table = np.full(
            (len(self.indicators), len(grades.words.values) or 1), _CONTRADICTS, np.int32
        )
        for number, one in enumerate(self.indicators):
            for name, value in one.grades:
                code = grades.words.find(name)
                if code >= 0:
                    table[number, code] = int(value * 10**self.places)
        return table


class Proofs:
    """Which evidence is sound, by case and slot; a slot is an indicator and a kind of evidence."""

    def __init__(
        self, rows: Rows, evidence: Evidence, slots: list[list[int]], kinds: list[list[Any]],
        sound: Booleans,
    ) -> None:  # fmt: skip
        self.rows = rows
        self.evidence = evidence
        self._slots = slots
        self._kinds = kinds
        self._sound = sound
        self.failed: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self.about: Any = None

    def asked(self, number: int) -> bool:
        """Tell whether an indicator asks for evidence."""
        return bool(self._slots[number])

    def proven(self, number: int) -> Booleans:
        """Return in which cases an indicator has all its evidence."""
        first, *more = self._slots[number]
        found: Booleans = self._sound[first]
        for slot in more:
            found = found & self._sound[slot]
        return found

    def pieces(self, number: int, case: int) -> tuple[str, list[str]]:
        """Return why evidence of a case is lacking, "" if it is not, and the sound pieces."""
        why = ""
        ids: list[str] = []
        rows, field = self.rows, self.evidence.type_field
        begin, end = rows.starts(self._sound.shape[1])[case : case + 2].tolist()
        own = [row for row in range(begin, end) if self.about[row] == number]
        tests = self.evidence.tests
        for need in self._kinds[number]:
            failed, sound = "", False
            for row in own:
                if need is not None and field is not None and rows.value(row, field) != need:
                    continue
                if self.failed[row]:
                    failed = failed or f"failed:{tests[self.failed[row] - 1].id}"
                else:
                    sound = True
                    ids.append(rows.id(row))
            if not sound:
                why = why or failed or "missing_evidence"
        return why, ids


def proofs_of(
    frame: Frame, evidence: Evidence, indicators: list[Indicator], doubt: Booleans
) -> Proofs:
    """Lay the evidence out; a case with a doubtful piece is in doubt."""
    rows = frame.rows(evidence.matcher.type)
    doubt |= frame.incomplete(evidence.matcher.type)
    slots: list[list[int]] = []
    kinds: list[list[Any]] = []
    total = 0
    for one in indicators:
        needs: tuple[Any, ...] = ()
        if one.needs_evidence or one.basis == "evidence":
            typed = evidence.type_field is not None and one.evidence_types
            needs = one.evidence_types if typed else (None,)
        if len(set(needs)) < len(needs):
            raise Unable
        slots.append(list(range(total, total + len(needs))))
        kinds.append(list(needs))
        total += len(needs)
    # One row more, for what proves nothing.
    sound = np.zeros((total + 1, frame.size), np.bool_)
    found = Proofs(rows, evidence, slots, kinds, sound)
    size = len(rows)
    if not size:
        return found
    about = indicator_of(rows.column(evidence.indicator), indicators, size)
    found.failed, unsure = _failed(frame, rows, evidence)
    truths = kept_rows(frame, rows, evidence.matcher)
    if truths is not None:
        unsure = truths == UNSURE if unsure is None else (
            (unsure & (truths != FALSE)) | (truths == UNSURE))  # fmt: skip
        about = np.where(truths == FALSE, np.int32(-1), about)
    if unsure is not None:
        doubt[rows.case[unsure & (about >= 0)]] = True
    found.about = about
    slot = _slot(rows, evidence, slots, kinds, about)
    good = (found.failed == 0) & (slot >= 0)
    slot = np.where(good, slot, total)
    sound.reshape(-1)[slot.astype(np.int64) * frame.size + rows.case] = True
    return found


def _failed(
    frame: Frame, rows: Rows, evidence: Evidence
) -> tuple[NDArray[np.uint8], Booleans | None]:
    """Return which test each piece fails first (0: none), and where one is unsure (None: never)."""
    failed = np.zeros(len(rows), np.uint8)
    unsure: Booleans | None = None
    for number, test in enumerate(evidence.tests, 1):
        truths = truths_of(frame, test.where, rows)
        bad = truths != TRUE
        if not bad.any():
            continue
        vague = truths == UNSURE
        if vague.any():
            unsure = vague if unsure is None else unsure | vague
        failed = np.where((failed == 0) & bad, np.uint8(number), failed)
    return failed, unsure


def _slot(
    rows: Rows, evidence: Evidence, slots: list[list[int]], kinds: list[list[Any]], about: Any
) -> Any:
    """Return the slot that each piece fills, -1 for none."""
    column = rows.column(evidence.type_field) if evidence.type_field is not None else None
    if evidence.type_field is not None and (
        column is None or column.kind != "code" or column.words is None
    ):
        raise Unable
    width = 2 if column is None or column.words is None else len(column.words.values) + 2
    table = np.full((len(slots) + 1, width), -1, np.int32)
    for number, (own, needs) in enumerate(zip(slots, kinds, strict=True)):
        for slot, need in zip(own, needs, strict=True):
            if need is None:
                table[number] = slot
            else:
                code = -1 if column is None or column.words is None else column.words.find(need)
                if code >= 0:
                    table[number, code] = slot
    if column is None:
        return table[:, 0].take(about.astype(np.intp))
    codes: Any = column.values
    if column.state is not None:
        codes = np.where(column.state == 0, codes, width - 1)
    return looked_up(table, about, codes)

