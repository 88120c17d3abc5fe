"""The report for other programs: SARIF 2.1.0, JUnit XML and GitHub annotations.

Violations are errors while open and warnings once cured; advice is a note. What is undetermined is
never shown as passed.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from stdrules.base.diagnostics import printable
from stdrules.plan.results import Finding, ScoreResult
from stdrules.report.contract import dump
from stdrules.report.data import ReportData
from stdrules.report.scores import score_why
from stdrules.report.text import status_word
from stdrules.report.wording import STATE_WORDS, word

SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED = frozenset({"not_applicable", "not_triggered", "suspended", "waived", "cancelled"})


def level(finding: Finding) -> str:
    """Return ``error``, ``warning``, ``note`` or ``none`` for a finding."""
    if finding.violation:
        return "error" if finding.open else "warning"
    if finding.advice:
        return "note"
    return "warning" if finding.state == "undetermined" else "none"


def sarif(report: ReportData, lang: str = "en") -> str:
    """Return the violations, advice and open questions as a SARIF 2.1.0 log.

    Waived obligations are results with an accepted suppression, so that they stay visible.
    """
    norms = {norm.id: norm for norm in report.plan.norms}
    rules = [
        {
            "id": norm.id,
            "shortDescription": {"text": printable(norm.title.get(lang))},
            "properties": {"clause": norm.clause, "modality": norm.modality, "kind": norm.kind},
        }
        for norm in norms.values()
    ]
    index = {rule_id: place for place, rule_id in enumerate(norms)}
    results = [
        _sarif_result(report, finding, index, lang)
        for finding in report.obligations
        if level(finding) != "none" or finding.state == "waived"
    ]
    run = {
        "tool": {"driver": {"name": "stdrules", "rules": rules}},
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {
            "ruleset": f"{report.plan.id} {report.plan.version}",
            "asOf": report.setting.zone.isoformat(report.as_of),
            "digests": report.digests,
        },
    }
    return dump({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def junit(report: ReportData, lang: str = "en") -> str:
    """Return the findings as JUnit XML: a suite a case, a test case a finding.

    Violations are failures, undetermined findings errors; what is lifted or does not apply is
    skipped. A score that does not pass is a failure or an error of its own.
    """
    root = ET.Element("testsuites", {"name": _xml(f"{report.plan.id} {report.plan.version}")})
    suites: dict[str, ET.Element] = {}
    for finding in report.obligations:
        test = _test(root, suites, finding.case, finding.norm.id, finding.key)
        text = report.why(finding).get(lang)
        state = word(STATE_WORDS, finding.state).get(lang)
        if finding.violation:
            _child(test, "failure", state, finding.state, text)
        elif finding.state == "undetermined":
            _child(test, "error", state, finding.state, text)
        elif finding.state in _SKIPPED:
            ET.SubElement(test, "skipped", {"message": _xml(f"{state}: {text}")})
    for score in report.scores:
        test = _test(root, suites, score.case, score.scorecard.id, score.scorecard.id)
        if tag := _score_tag(score):
            text = score_why(score, report.setting.names).get(lang)
            _child(test, tag, score.outcome, score.outcome, text)
    for suite in suites.values():
        tests = suite.findall("testcase")
        suite.set("tests", str(len(tests)))
        for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            suite.set(name, str(sum(test.find(tag) is not None for test in tests)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def github(report: ReportData, lang: str = "en") -> str:
    """Return GitHub workflow commands, one line a violation, advice or open question."""
    command = {"error": "error", "warning": "warning", "note": "notice"}
    lines = []
    for finding in report.obligations:
        kind = command.get(level(finding))
        if kind is None:
            continue
        properties = []
        place = _place(report, finding)
        if place is not None:
            properties.append(f"file={_property(place[0])}")
            if place[1]:
                properties.append(f"line={place[1]}")
        properties.append(f"title={_property(f'{status_word(finding, lang)} {finding.key}')}")
        told = f"{finding.case}: {finding.norm.title.get(lang)}: {report.why(finding).get(lang)}"
        lines.append(f"::{kind} {','.join(properties)}::{_message(told)}")
    return "\n".join(lines)


def _sarif_result(
    report: ReportData, finding: Finding, index: dict[str, int], lang: str
) -> dict[str, Any]:
    shown = level(finding)
    kind = "open" if finding.state == "undetermined" else "fail"
    if finding.state == "waived":
        kind, shown = "notApplicable", "none"
    logical = {"fullyQualifiedName": f"{finding.case}/{finding.key}", "kind": "obligation"}
    location: dict[str, Any] = {"logicalLocations": [logical]}
    place = _place(report, finding)
    if place is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place[0])}}
        if place[1]:
            physical["region"] = {"startLine": place[1]}
        location["physicalLocation"] = physical
    result: dict[str, Any] = {
        "ruleId": finding.norm.id,
        "ruleIndex": index.get(finding.norm.id, -1),
        # The standard allows a level other than none for the kind fail only.
        "level": shown if kind == "fail" else "none",
        "kind": kind,
        "message": {"text": printable(report.why(finding).get(lang))},
        "locations": [location],
        "partialFingerprints": {"obligation/v1": f"{finding.case}/{finding.key}"},
        "properties": {"state": finding.state, "case": finding.case},
    }
    if finding.state == "waived":
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": finding.control}
        ]
    return result


def _place(report: ReportData, finding: Finding) -> tuple[str, int] | None:
    """Return file and row of the first fact of a finding whose source is known."""
    for fact_id in (finding.trigger, *finding.facts):
        fact = report.setting.names.fact(fact_id)
        if fact is not None and fact.source is not None:
            return fact.source.file, fact.source.row
    return None


def _test(
    root: ET.Element, suites: dict[str, ET.Element], case: str, norm: str, key: str
) -> ET.Element:
    if case not in suites:
        suites[case] = ET.SubElement(root, "testsuite", {"name": _xml(case)})
    attributes = {"classname": _xml(norm), "name": _xml(key)}
    return ET.SubElement(suites[case], "testcase", attributes)


def _child(test: ET.Element, tag: str, message: str, kind: str, text: str) -> None:
    ET.SubElement(test, tag, {"message": _xml(message), "type": kind}).text = _xml(text)


def _score_tag(score: ScoreResult) -> str:
    if score.applicable != "true":
        return "error" if score.applicable == "unknown" else ""
    return {"fail": "failure", "undetermined": "error"}.get(score.outcome, "")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _message(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(escaped)


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
