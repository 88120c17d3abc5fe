"""What a report holds and what follows from it: violations, advice, summary, digests.

Not here: how it is written (``stdrules.report.text``, ``contract``, ``formats``).
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import cached_property
from typing import Self

from stdrules.base.diagnostics import Diagnostic, did_you_mean, sorted_diagnostics
from stdrules.base.errors import UsageError
from stdrules.base.text import Text
from stdrules.model.facts import FactLog
from stdrules.model.vocabulary import Vocabulary
from stdrules.plan.plan import Plan
from stdrules.plan.results import STATES, Evaluation, Finding, ScoreResult
from stdrules.report.names import Names
from stdrules.report.profiles import ProfileUse
from stdrules.report.quotes import Quotes
from stdrules.report.setting import Setting
from stdrules.report.severity import lateness, worst_first
from stdrules.report.why import tell


class ReportData:
    """The result of one evaluation. Everything derived is computed when asked for.

    Args:
        evaluation: What the evaluator found.
        plan: The plan that it used.
        facts_digest: The digest of the facts.
        as_of: The instant of the evaluation, in microseconds.
        known_at: The instant of knowledge in microseconds, or None for all that is known.
        diagnostics: What intake found wrong with the data.
        vocabulary: Headings of fields, so that missing items are told by them.
        log: The facts, so that places and times are told.
        rejected: How many rows were set aside, by fact type or sheet.
        profile: The profile that made the choices, if there was one.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        plan: Plan,
        facts_digest: str,
        as_of: int,
        known_at: int | None = None,
        diagnostics: Iterable[Diagnostic] = (),
        *,
        vocabulary: Vocabulary | None = None,
        log: FactLog | None = None,
        rejected: dict[str, int] | None = None,
        profile: ProfileUse | None = None,
    ) -> None:
        self.evaluation = evaluation
        self.plan = plan
        self.facts_digest = facts_digest
        self.as_of = as_of
        self.known_at = known_at
        self.rejected = dict(rejected or {})
        self.profile = profile
        self.quotes: Quotes = {}
        self._intake = tuple(diagnostics)
        self._vocabulary = vocabulary
        self._log = log

    def __repr__(self) -> str:
        counts = self.summary
        return (
            f"{type(self).__name__}({self.plan.id} {self.plan.version}, "
            f"as_of={self.setting.zone.isoformat(self.as_of)}, "
            f"obligations={len(self.obligations)}, violations={counts['violations']}, "
            f"undetermined={counts['undetermined']})"
        )

    @cached_property
    def setting(self) -> Setting:
        """What sentences need: plan, names, zone and as-of."""
        names = Names(self.plan, self._vocabulary, self._log)
        return Setting.of(self.plan, self.as_of, names, self.quotes)

    def quoting(self, quotes: Quotes) -> Self:
        """Return the same report with sentences of the document beside its findings.

        Args:
            quotes: Sentences by their statements. They change no finding and no digest.
        """
        made = copy(self)
        made.__dict__.pop("setting", None)
        made.quotes = dict(quotes)
        return made

    @property
    def log(self) -> FactLog | None:
        """The facts that were judged, if they were handed on."""
        return self._log

    @property
    def obligations(self) -> list[Finding]:
        """All findings, by case, norm and key."""
        return self.evaluation.findings

    @cached_property
    def violations(self) -> list[Finding]:
        """The violations, in the order of the findings."""
        return [finding for finding in self.obligations if finding.violation]

    @cached_property
    def advice(self) -> list[Finding]:
        """The recommendations that were not followed."""
        return [finding for finding in self.obligations if finding.advice]

    @cached_property
    def undetermined(self) -> list[Finding]:
        """The findings that missing items leave open."""
        return [finding for finding in self.obligations if finding.state == "undetermined"]

    @property
    def scores(self) -> list[ScoreResult]:
        """The results of scorecards, by case."""
        return self.evaluation.scores

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the facts, sorted by place."""
        return sorted_diagnostics((*self._intake, *self.evaluation.diagnostics))

    @cached_property
    def summary(self) -> dict[str, int]:
        """How many findings have each state, and the violations and advice among them."""
        return summary_of(self.evaluation)

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digests of ruleset, plan (with readings and parameters), facts and calendar.

        And of the profile, if there was one; the choices it made are in that of the plan too.
        """
        own = {} if self.profile is None else {"profile": self.profile.digest}
        return {
            "ruleset": self.plan.ruleset_digest,
            "plan": self.plan.digest,
            "facts": self.facts_digest,
            "calendar": self.setting.calendar.digest,
            **own,
        }

    def why(self, finding: Finding) -> Text:
        """Say why a finding has its state."""
        return tell(finding, self.setting)

    def find(self, norm: str | None = None, case: str | None = None) -> list[Finding]:
        """Return the findings of a norm, of a case, or of both.

        Raises:
            UsageError: The plan has no such norm.
        """
        if norm is not None and all(known.id != norm for known in self.plan.norms):
            near = did_you_mean(norm, {known.id for known in self.plan.norms})
            hint = Text(f"是否指 `{near}`？", f"did you mean `{near}`?") if near else None
            raise UsageError(Text(f"未知的规范 `{norm}`", f"unknown norm `{norm}`"), hint=hint)
        return [
            finding
            for finding in self.obligations
            if (norm is None or finding.norm.id == norm) and (case is None or finding.case == case)
        ]

    def lateness(self, finding: Finding) -> int:
        """Return for how long a finding has been wrong, in microseconds; 0 if it is not told."""
        return lateness(finding, self.as_of, self.setting.zone)

    def worst_first(self, findings: Iterable[Finding]) -> list[Finding]:
        """Order findings for a reader by severity; see ``stdrules.report.severity``."""
        return worst_first(findings, self.as_of, self.setting.zone)


def summary_of(evaluation: Evaluation) -> dict[str, int]:
    """Count the findings: every state, and the violations and the advice among them."""
    counts = dict.fromkeys(STATES, 0)
    violations = advice = 0
    for finding in evaluation.findings:
        counts[finding.state] += 1
        violations += finding.violation
        advice += finding.advice
    return {**counts, "violations": violations, "advice": advice}
