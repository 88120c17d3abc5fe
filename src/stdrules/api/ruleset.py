"""A ruleset ready for use: its plan, and judging facts by it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Unpack

from stdrules.api.binding import bind_copy, quotes_in, read_binding, remove_binding
from stdrules.api.checking import Checked, check_loaded
from stdrules.api.facts import (
    FactsLike,
    Gathered,
    MappingLike,
    gather,
    gather_files,
)
from stdrules.api.history_ask import Asked, tell_history
from stdrules.api.judging import evaluator_of, need_cases
from stdrules.api.profile import ProfileLike, as_profile, under, use_of
from stdrules.api.sensitivity import Tried, find_out, question_of
from stdrules.api.sources import Sources
from stdrules.api.store import fetch, keep
from stdrules.api.testing import CaseResult, run_cases
from stdrules.api.times import MomentLike, asked_instant, asked_knowledge
from stdrules.author.binding import Binding
from stdrules.base.text import Text
from stdrules.base.time.zones import Zone, zone
from stdrules.compile.compiler import compile_or_raise
from stdrules.load.cache import Cache, cache_key
from stdrules.load.profile import LoadedProfile
from stdrules.load.ruleset import Ruleset as LoadedRuleset
from stdrules.model.ledger import Ledger
from stdrules.model.norms import NormBase
from stdrules.model.vocabulary import Vocabulary
from stdrules.plan.plan import Plan
from stdrules.plan.results import Evaluation
from stdrules.report.history import History
from stdrules.report.report import Report
from stdrules.report.sensitivity import Sensitivity

_NOTHING: Final[Mapping[str, Any]] = {}


class Ruleset:
    """One edition of a ruleset. Immutable, picklable, shareable between threads.

    Made by `stdrules.load`. Under each choice of readings and parameters it has one plan,
    compiled when first needed and kept.

    Example:
        >>> import stdrules
        >>> rs = stdrules.load("q_gxxz_029")
        >>> report = rs.evaluate(
        ...     [{"type": "project_task_received", "id": "t1", "case": "P1",
        ...       "at": "2023-02-28T09:00"}], as_of="2023-03-05")
        >>> report.find(norm="4.1-plan-48h")[0].state
        'overdue'
    """

    def __init__(
        self,
        source: LoadedRuleset,
        cache: Cache | None = None,
        profile: LoadedProfile | None = None,
    ) -> None:
        self._source = source
        self._cache = cache
        self._profile = profile
        self._plans: dict[str, Plan] = {}

    def __repr__(self) -> str:
        return f"<Ruleset {self.id} {self.version} {self.digest[:12]}>"

    @property
    def source(self) -> LoadedRuleset:
        """The files as they were read: header, vocabulary, ledger, tests."""
        return self._source

    @property
    def id(self) -> str:
        """Its id."""
        return self._source.header.id

    @property
    def version(self) -> str:
        """The version of this encoding."""
        return self._source.header.version

    @property
    def title(self) -> Text:
        """Its title in both languages."""
        return self._source.header.title

    @property
    def digest(self) -> str:
        """SHA-256 of its content."""
        return self._source.digest

    @property
    def ledger(self) -> Ledger:
        """Every statement of the document, with what became of it."""
        return self._source.ledger

    @property
    def vocabulary(self) -> Vocabulary:
        """The fact types."""
        return self._source.vocabulary

    @property
    def norms(self) -> tuple[NormBase, ...]:
        """The norms under the default readings and parameters."""
        return tuple(resolved.norm for resolved in self._source.norms())

    @property
    def zone(self) -> Zone:
        """The time zone in which it is written."""
        return zone(self._source.header.timezone)

    @property
    def profile(self) -> LoadedProfile | None:
        """The profile under which it judges, or None for the defaults."""
        return self._profile

    def with_profile(self, profile: ProfileLike | None) -> Ruleset:
        """Return the ruleset under the readings and parameters of a profile; None: without one.

        Raises:
            RulesetError: The profile cannot be used; carries everything that is wrong.
        """
        found = None if profile is None else as_profile(profile, self._source.header)
        rules = Ruleset(self._source, self._cache, found)
        rules._plans = self._plans  # by their choices, which both share
        return rules

    def plan(
        self, readings: Mapping[str, str] = _NOTHING, parameters: Mapping[str, Any] = _NOTHING
    ) -> Plan:
        """Return the plan under a choice of readings and parameters.

        Args:
            readings: Alternatives that differ from the defaults, or from the profile.
            parameters: Values that differ from the defaults, or from the profile.

        Raises:
            RulesetError: It does not compile; carries all findings.
            UsageError: A name or a value is not one of those declared.
        """
        readings, parameters = under(self._profile, readings, parameters)
        chosen = self._source.choose(readings, parameters)
        name = json.dumps(chosen, sort_keys=True, ensure_ascii=False, default=str)
        plan = self._plans.get(name)
        if plan is None:
            key = cache_key("plan", self._source.fingerprint, name)
            plan = fetch(self._cache, key, Plan)
            if plan is None:
                plan = compile_or_raise(self._source, readings, parameters)
                keep(self._cache, key, plan)
            plan = self._plans.setdefault(name, plan)
        return plan

    def evaluate(
        self,
        facts: FactsLike,
        as_of: MomentLike,
        known_at: MomentLike | None = None,
        *,
        readings: Mapping[str, str] = _NOTHING,
        parameters: Mapping[str, Any] = _NOTHING,
        profile: ProfileLike | None = None,
        evaluator: str = "case",
        cases: Collection[str] | None = None,
        case_id: str | None = None,
    ) -> Report:
        """Judge facts.

        Args:
            facts: Mappings, pydantic models, facts and statements; a log; or the path of a file.
                One that is wrong refuses them all.
            as_of: The moment judged: an instant, or a day, whose end is meant.
            known_at: Only what was recorded by then counts; None: everything.
            readings: Alternatives that differ from the defaults.
            parameters: Values that differ from the defaults.
            profile: A file or mapping of choices; `readings` and `parameters` go before it.
            evaluator: ``case``; ``columns``, which does many alike cases at once; or ``reference``,
                which defines the meaning and is slower.
            cases: Ids of the cases to judge; None: all.
            case_id: The case of records that name none.

        Returns:
            The report. A violation is a normal result, not an error.

        Raises:
            FactsError: Facts cannot be used; carries every finding.
            RulesetError: The ruleset does not compile.
            UsageError: A moment, reading, parameter or evaluator is not one.
        """
        moment = asked_instant(as_of, self.zone)
        known = None if known_at is None else asked_knowledge(known_at, self.zone)
        rules = self if profile is None else self.with_profile(profile)
        plan = rules.plan(readings, parameters)
        gathered = gather(facts, self._source, case_id)
        return rules._judge(plan, gathered, moment, known, evaluator, cases)

    def audit(
        self,
        sources: Sources,
        as_of: MomentLike,
        known_at: MomentLike | None = None,
        *,
        mapping: MappingLike | None = None,
        strict: bool = False,
        progress: Callable[[int], None] | None = None,
        readings: Mapping[str, str] = _NOTHING,
        parameters: Mapping[str, Any] = _NOTHING,
        profile: ProfileLike | None = None,
        evaluator: str = "auto",
        cases: Collection[str] | None = None,
    ) -> Report:
        """Judge exported data: files, tables of databases, frames.

        A row that cannot be read is set aside whole, with its place, and counted in the report;
        nothing is guessed. The other arguments are those of `evaluate`.

        Args:
            sources: Files (JSON lines, CSV, XLSX, Parquet), folders of them, texts
                ``URL#table=fact_type``, or mappings from fact types (or printed names) to Polars,
                pandas or Arrow frames; one or several.
            as_of: The moment judged: an instant, or a day, whose end is meant.
            known_at: Only what was recorded by then counts; None: everything.
            mapping: What columns mean where their headings do not say it: a file or the same
                structure in Python.
            strict: Whether a row that is wrong refuses everything.
            progress: Called with the number of rows read so far, now and then.
            readings: Alternatives that differ from the defaults.
            parameters: Values that differ from the defaults.
            profile: A file or mapping of choices; `readings` and `parameters` go before it.
            evaluator: ``auto``: by columns if there are many facts, else ``case``; or one of those
                of `evaluate`. All give the same.
            cases: Ids of the cases to judge; None: all.

        Raises:
            FactsError: Sources or the mapping cannot be used.
            MissingExtraError: What reads a source is not installed.
            RulesetError: The ruleset does not compile.
            UsageError: A moment, reading, parameter or evaluator is not one.
        """
        moment = asked_instant(as_of, self.zone)
        known = None if known_at is None else asked_knowledge(known_at, self.zone)
        rules = self if profile is None else self.with_profile(profile)
        plan = rules.plan(readings, parameters)
        gathered = gather_files(sources, self._source, mapping, not strict, progress)
        return rules._judge(plan, gathered, moment, known, evaluator, cases)

    @property
    def binding(self) -> Binding | None:
        """The reader's copy of the document, as it was bound last; None if none is."""
        return read_binding(self._source)

    def bind(
        self, path: str | os.PathLike[str] | None = None, accept: Collection[str] = (), **by: str
    ) -> Binding:
        """Bind a copy of the document, and accept what it changed; see ``api.binding.bind_copy``.

        Args:
            path: A ``.txt``, ``.md`` or ``.docx`` file; None means the copy that is bound.
            accept: Statements or locators that were read again, or ``["all"]``.
            **by: ``by`` (who read them), ``note`` and ``on`` (the day).
        """
        return bind_copy(self._source, path, accept, **by)

    def unbind(self) -> bool:
        """Forget the bound copy; return whether there was one."""
        return remove_binding(self.id)

    def quote(self, report: Report) -> Report:
        """Return a report with the sentences of the bound copy; as it is if none is bound."""
        quotes = quotes_in(self.binding)
        return report.quoting(quotes) if quotes else report

    def history(
        self,
        facts: FactsLike | Gathered,
        as_of: MomentLike,
        *,
        readings: Mapping[str, str] = _NOTHING,
        parameters: Mapping[str, Any] = _NOTHING,
        profile: ProfileLike | None = None,
        **asked: Unpack[Asked],
    ) -> History:
        """Tell how findings changed with what was known, and which facts did it.

        Which findings and moments: `norm` or `key`, `case`, `start`, `end`, `along`; they are told
        at ``stdrules.api.history_ask.Asked``. The rest is as for `evaluate`.
        """
        rules = self if profile is None else self.with_profile(profile)
        gathered = facts if isinstance(facts, Gathered) else gather(facts, self._source)
        plan = rules.plan(readings, parameters)
        return tell_history(plan, self.vocabulary, gathered, as_of, **asked)

    def sensitivity(
        self,
        facts: FactsLike | Gathered,
        as_of: MomentLike,
        known_at: MomentLike | None = None,
        *,
        readings: Mapping[str, str] = _NOTHING,
        parameters: Mapping[str, Any] = _NOTHING,
        profile: ProfileLike | None = None,
        cases: Collection[str] | None = None,
        **tried: Unpack[Tried],
    ) -> Sensitivity:
        """Judge facts under every other reading too, and tell what that changes.

        What is tried: `pairs`, `only`, `sweeps`; they are told at
        ``stdrules.api.sensitivity.Tried``. The rest is as for `evaluate`.
        """
        rules = self if profile is None else self.with_profile(profile)
        gathered = facts if isinstance(facts, Gathered) else gather(facts, self._source)
        if cases is not None:
            need_cases(cases, gathered)
        plan, moment = rules.plan(readings, parameters), asked_instant(as_of, self.zone)
        known = None if known_at is None else asked_knowledge(known_at, self.zone)
        return find_out(
            self._source, plan, gathered.log, moment, known, cases, question_of(tried),
            lambda found: rules._report(found, plan, gathered, moment, known),
        )  # fmt: skip

    def check(self) -> Checked:
        """Check the ruleset: its format, names, ledger, and that it has the tests it needs."""
        return check_loaded(self._source)

    def test(self, evaluator: str = "case") -> list[CaseResult]:
        """Run the tests that the ruleset carries.

        Raises:
            RulesetError: The ruleset or a file of tests cannot be used.
            UsageError: There is no such evaluator.
        """
        return run_cases(self._source, self.plan, evaluator_of(evaluator))

    def judge(
        self,
        gathered: Gathered,
        as_of: MomentLike,
        known_at: MomentLike | None = None,
        *,
        readings: Mapping[str, str] = _NOTHING,
        parameters: Mapping[str, Any] = _NOTHING,
        evaluator: str = "case",
        cases: Collection[str] | None = None,
    ) -> Report:
        """Judge facts that were read for this ruleset; the arguments are those of `evaluate`."""
        moment = asked_instant(as_of, self.zone)
        known = None if known_at is None else asked_knowledge(known_at, self.zone)
        plan = self.plan(readings, parameters)
        return self._judge(plan, gathered, moment, known, evaluator, cases)

    def _judge(
        self,
        plan: Plan,
        gathered: Gathered,
        as_of: int,
        known_at: int | None,
        evaluator: str,
        cases: Collection[str] | None,
    ) -> Report:
        judge = evaluator_of(evaluator)
        if cases is not None:
            need_cases(cases, gathered)
        evaluation = judge(plan, gathered.log, as_of, known_at, cases)
        return self._report(evaluation, plan, gathered, as_of, known_at)

    def _report(
        self,
        evaluation: Evaluation,
        plan: Plan,
        gathered: Gathered,
        as_of: int,
        known_at: int | None,
    ) -> Report:
        return Report(
            evaluation,
            plan,
            gathered.digest,
            as_of,
            known_at,
            gathered.diagnostics,
            vocabulary=self.vocabulary,
            log=gathered.log,
            rejected=gathered.rejected,
            profile=use_of(self._profile, plan),
        )
