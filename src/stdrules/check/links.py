"""Links between the ledgers of several rulesets: they point at statements, and go both ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stdrules.base.diagnostics import Diagnostic
from stdrules.base.text import Text
from stdrules.check import codes
from stdrules.check.source import CheckSource, Finder, near
from stdrules.model.ledger import Correspondence, LedgerEntry

LEDGER = "clauses.yaml"


def check_links(sources: Sequence[CheckSource]) -> dict[str, list[Diagnostic]]:
    """Check the links between rulesets that are at hand.

    A link to a ruleset that is not among them is left alone: it may be installed elsewhere.

    Args:
        sources: The rulesets; of several editions of one id the last is looked at.

    Returns:
        Name of a ruleset's folder -> what is wrong with its links; those without findings are
        left out.
    """
    ledgers = {
        source.header.id: {entry.id: entry for entry in source.ledger.clauses} for source in sources
    }
    found: dict[str, list[Diagnostic]] = {}
    for source in sources:
        wrong = list(_links_of(Finder(source), ledgers))
        if wrong:
            found[source.name] = wrong
    return found


def _links_of(
    finder: Finder, ledgers: Mapping[str, Mapping[str, LedgerEntry]]
) -> Iterator[Diagnostic]:
    own = finder.source.header.id
    for entry in finder.source.ledger.clauses:
        for link in entry.corresponds_to:
            ledger = ledgers.get(link.ruleset)
            if ledger is None:
                continue
            span = finder.at(LEDGER, entry.id)
            if link.id not in ledger:
                yield finder.report(
                    codes.LINK_TARGET, span,
                    f"`{entry.id}` 对应的 `{link.id}` 不在 {link.ruleset} 的台账中",
                    f"`{entry.id}` corresponds to `{link.id}`, which the ledger of "
                    f"{link.ruleset} does not have",
                    near(link.id, list(ledger)),
                )  # fmt: skip
                continue
            back = _back(ledger[link.id], own, entry.id)
            if back is None or back.relation != link.relation:
                said = Text("没有写明对应", "does not say so") if back is None else Text(
                    f"写的是 {back.relation}", f"says {back.relation}")  # fmt: skip
                yield finder.report(
                    codes.LINK_MUTUAL, span,
                    f"`{entry.id}` 与 {link.ruleset} 的 `{link.id}` 为 {link.relation}，"
                    f"对方{said.zh}",
                    f"`{entry.id}` is {link.relation} as `{link.id}` of {link.ruleset}, which "
                    f"{said.en}",
                )  # fmt: skip


def _back(entry: LedgerEntry, ruleset: str, name: str) -> Correspondence | None:
    for link in entry.corresponds_to:
        if (link.ruleset, link.id) == (ruleset, name):
            return link
    return None
