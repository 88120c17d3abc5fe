"""A small plan made by hand, with findings of every state and a scorecard."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from stdrules.base.text import Text
from stdrules.base.time.durations import Days, Due, Exact, Months, Workdays
from stdrules.base.time.moments import When, parse_moment
from stdrules.base.time.zones import HOUR, zone
from stdrules.feel.compile import compile_expression
from stdrules.feel.scope import Binding, Scope
from stdrules.feel.types import NUMBER
from stdrules.model.facts import Fact, FactLog, Source
from stdrules.model.vocabulary import Vocabulary
from stdrules.plan.content import AllOf, AnyOf, EachOf, Matcher, ScopeRule, Single
from stdrules.plan.plan import CaseType, Plan, PlanNorm, TypeInfo
from stdrules.plan.results import (
    ConditionResult,
    Evaluation,
    Finding,
    IndicatorResult,
    ScoreResult,
)
from stdrules.plan.scorecard import (
    Condition,
    Evidence,
    EvidenceTest,
    Group,
    Indicator,
    PlanScorecard,
)
from stdrules.plan.steps import (
    Await,
    Before,
    ByDay,
    Count,
    Element,
    Forbid,
    Gap,
    Hold,
    Order,
    OrderStep,
    PerCase,
    PerFact,
    PerGroup,
    PerOutcome,
    PerYear,
    Recur,
    Require,
    Transitions,
    Within,
)
from stdrules.report.report import Report

Z = zone("Asia/Shanghai")
OPEN = ScopeRule(None, None)
LEAST = compile_expression("n", Scope({"n": Binding(NUMBER, 'f["n"]')}, ("f",)))


def at(text: str) -> When:
    """Read a moment in Shanghai."""
    return parse_moment(text, Z)


def us(text: str) -> int:
    """Read an instant in Shanghai."""
    return at(text).first


def day_due(text: str) -> Due:
    """Return the due that is a day."""
    day = date.fromisoformat(text).toordinal()
    return Due(True, day, day)


def instant_due(text: str) -> Due:
    """Return the due that is an instant."""
    return Due(False, us(text), us(text))


def type_info(name: str, zh: str, en: str) -> TypeInfo:
    """Return a closed event type."""
    return TypeInfo(name, "event", Text(zh, en), None, True, False)


TYPES = {
    info.name: info
    for info in (
        type_info("task", "接到项目任务", "project task received"),
        type_info("doc", "文件完成", "document completed"),
        type_info("visit", "实地指导", "site guidance"),
        type_info("plan", "指导计划", "guidance planned"),
        type_info("meeting", "会议", "meeting"),
        type_info("complaint", "投诉", "complaint"),
        type_info("cover", "保险", "insurance"),
        type_info("stage", "阶段", "stage"),
    )
}


def norm(id: str, step: object, arise: object = None, **more: object) -> PlanNorm:
    """Return a norm with defaults for all that a test does not look at."""
    values: dict[str, object] = {
        "id": id,
        "sub": "",
        "kind": "deadline",
        "clause": id.split("-")[0],
        "clauses": (id.split("-")[0],),
        "modality": "obligation",
        "bearer": "manager",
        "counterparty": "",
        "title": Text(f"{id} 的要求", f"what {id} asks"),
        "case_type": "project",
        "when": None,
        "when_per_instance": False,
        "arise": arise or PerFact(Matcher("task")),
        "step": step,
        "scope": OPEN,
        "lead": None,
        "repairs": None,
        "readings": (),
        "parameters": (),
    }
    return PlanNorm(**{**values, **more})  # type: ignore[arg-type]


DOC = Single(Matcher("doc"))
H48 = norm("4.1-plan-48h", Await(DOC, Within(Exact(48 * HOUR))))
WORK = norm("4.2-reply", Await(DOC, Within(Workdays(2), "next_workday")))
DAYS = norm("4.2-week", Await(DOC, Within(Days(7), "next_workday")))
MONTHS = norm("4.2-months", Await(DOC, Within(Months(2))))
BEFORE = norm("4.3-send-1d", Await(DOC, Before(Days(1))), PerFact(Matcher("plan")))
YEARLY = norm("4.7-report", Await(DOC, ByDay(None, inclusive=False)), PerYear(12, 30))
BY_FIELD = norm("4.8-by-field", Await(DOC, ByDay(None, "agreed_on")))
UNSET = norm("4.9-promptly", Await(DOC, Within(None)), parameters=("reply_within",))
NO_DUE = norm(
    "5.1-charter",
    Await(AllOf((DOC, AnyOf((DOC, EachOf(Matcher("visit"), DOC))))), None),
    PerCase(),
)
COUNT = norm(
    "5.3-meetings", Count(Matcher("meeting"), LEAST, None, ("topic",)), PerCase(), kind="count"
)
AT_MOST = norm("5.4-at-most", Count(Matcher("visit"), None, LEAST), PerCase(), kind="count")
SUM = norm("5.5-sum", Count(Matcher("visit"), LEAST, None, (), "hours"), PerCase(), kind="count")
MONTHLY = norm("4.5-monthly", Recur(Matcher("visit"), LEAST, "month", None), PerCase())
TILES = norm("4.5-tiles", Recur(Matcher("visit"), LEAST, None, 14), PerCase())
GAP = norm("4.6-gap", Gap(Matcher("visit"), Months(1)), PerCase())
FORBID = norm(
    "7.1-no-complaint",
    Forbid(Matcher("complaint"), Months(36)),
    PerCase(),
    kind="prohibition",
    modality="prohibition",
)
HOLD = norm("8.1-cover", Hold(Matcher("cover"), "from", "to", Months(12), grace=Days(3)), PerCase())
REQUIRE = norm(
    "6.1-form",
    Require(
        (
            Element("name", Text("名称", "name"), filled=("name",)),
            Element("sign", Text("签名", "signature"), judgement=Text("签了吗", "is it signed")),
        )
    ),
    PerFact(Matcher("doc")),
    kind="content",
)
ORDER = norm(
    "6.2-order",
    Order((OrderStep("first", Matcher("task")), OrderStep("second", Matcher("doc")))),
    PerCase(),
    kind="order",
)
STAMPS = norm(
    "6.3-stamps",
    Order((OrderStep("a", None, "drafted_on"), OrderStep("b", None, "issued_on"))),
    PerFact(Matcher("doc")),
    kind="order",
)
MOVES = norm("P-stages", Transitions(Matcher("stage"), "stage", ()), PerCase(), sub="transitions")
REPAIR = norm(
    "4.10-repair",
    Await(DOC, Within(Days(3))),
    PerOutcome("4.2-reply", frozenset({"overdue", "fulfilled_late"})),
    repairs="4.2-reply",
)
GROUPED = norm("5.6-group", Await(DOC, Within(Days(1))), PerGroup(Matcher("visit"), "topic", ()))
ADVICE = norm("9.1-should", Await(DOC, Within(Days(1))), modality="recommendation")
GUARDED = norm("1.1-guard", Await(DOC, None), when=LEAST)

NORMS = (
    H48, WORK, DAYS, MONTHS, BEFORE, YEARLY, BY_FIELD, UNSET, NO_DUE, COUNT, AT_MOST, SUM, MONTHLY,
    TILES, GAP, FORBID, HOLD, REQUIRE, ORDER, STAMPS, MOVES, REPAIR, GROUPED, ADVICE, GUARDED,
)  # fmt: skip

CARD = PlanScorecard(
    "pilot",
    Text("试点评价", "pilot evaluation"),
    "6-2",
    "project",
    None,
    Decimal(100),
    Decimal(85),
    "candidate",
    "6-2",
    None,
    Evidence(
        Matcher("doc"),
        "indicator",
        None,
        (EvidenceTest("stamped", Text("盖章", "stamped"), LEAST),),
    ),
    (Condition("b1", "4", Text("依法成立", "lawfully founded"), ()),),
    (Condition("a1", "3", Text("没有重大违法记录", "no major illegal record"), ()),),
    (
        Group(
            "A1",
            Text("工作机制", "working mechanism"),
            Decimal(16),
            (
                Indicator("1", "s1", ("A1",), Text("组织领导", "leadership"), "graded", Decimal(2)),
                Indicator(
                    "2", "s2", ("A1",), Text("制度", "rules"), "binary", Decimal(3),
                    not_applicable="normalise",
                ),
                Indicator(
                    "3", "s3", ("A1",), Text("经费", "funds"), "graded", Decimal(4),
                    evidence_types=("budget",),
                ),
                Indicator(
                    "4", "s4", ("A1",), Text("培训", "training"), "counted", Decimal(4),
                    counted_each=Decimal("0.5"),
                ),
                Indicator("5", "s5", ("A1",), Text("宣传", "publicity"), "graded", Decimal(3)),
            ),
        ),
    ),
)  # fmt: skip
PLAN = Plan(
    id="sample",
    version="1.0.0",
    ruleset_digest="a" * 64,
    digest="b" * 64,
    title=Text("样例规则集", "a sample"),
    document="S 1",
    zone="Asia/Shanghai",
    calendar="CN",
    calendar_additions={},
    types=TYPES,
    case_types=(CaseType("project", Text("项目", "project"), OPEN),),
    norms=NORMS,
    scorecards=(CARD,),
    readings={"before_is_inclusive": "no"},
    parameters={"reply_within": None},
)


def finding(of: PlanNorm, state: str, **more: object) -> Finding:
    """Return a finding of a norm in case P1, triggered by t1 at 2023-02-28 09:00."""
    values: dict[str, object] = {
        "key": f"{of.id}/t1",
        "trigger": "t1",
        "anchor": at("2023-02-28T09:00"),
        "facts": ("t1",),
    }
    return Finding(of, "P1", state=state, **{**values, **more})  # type: ignore[arg-type]


def fact(type: str, id: str, when: str, row: int, **fields: object) -> Fact:
    """Return a fact of case P1 read from a sheet."""
    source = Source("export.xlsx", type, row)
    return Fact(type, id, {"project": ("P1",)}, at(when), dict(fields), source=source)


LOG = FactLog(
    facts=[
        fact("task", "t1", "2023-02-28T09:00", 2),
        fact("doc", "d1", "2023-03-02T09:01", 7, drafted_on=at("2023-03-05"),
             issued_on=at("2023-03-02"), file_format=None),
    ]
)  # fmt: skip


def _field(kind: str, zh: str, en: str) -> dict[str, object]:
    return {"type": kind, "label": {"zh": zh, "en": en}}


VOCABULARY = Vocabulary.model_validate(
    {
        "types": {
            "doc": {
                "kind": "document",
                "label": {"zh": "文件完成", "en": "document completed"},
                "fields": {
                    "file_format": _field("text", "文件格式", "file format"),
                    "drafted_on": _field("date", "起草日期", "drafted on"),
                    "issued_on": _field("date", "发布日期", "issued on"),
                },
            }
        }
    }
)

MISSING = ("field d1.file_format",)
LATE = {"due": instant_due("2023-03-02T09:00"), "facts": ("t1", "d1")}
FINDINGS = [
    finding(H48, "fulfilled_late", met=at("2023-03-02T09:01"), **LATE),
    finding(H48, "overdue", due=LATE["due"], key="4.1-plan-48h/t2", trigger="t2", facts=("t2",)),
    finding(WORK, "compensated", due=day_due("2023-03-02")),
    finding(DAYS, "pending", due=day_due("2023-03-07")),
    finding(MONTHS, "due_soon", due=day_due("2023-04-28")),
    finding(
        BEFORE, "infeasible", due=day_due("2023-02-27"), trigger="g1", facts=("g1",),
        key="4.3-send-1d/g1",
    ),
    finding(YEARLY, "waived", key="4.7-report/2023", period="2023", control="w1", trigger=""),
    finding(BY_FIELD, "suspended", due=day_due("2023-03-09"), control="s1"),
    finding(UNSET, "pending"),
    finding(NO_DUE, "breached", breached_at=us("2023-04-01T00:00"), trigger=""),
    finding(COUNT, "undetermined", progress=(3, 5, 4), possible=("fulfilled", "pending"),
            missing=MISSING, trigger=""),
    finding(MONTHLY, "fulfilled", progress=(2, 2, 1), period="2023-03", facts=("v1", "v2"),
            met=at("2023-03-09"), trigger="", key="4.5-monthly/2023-03"),
    finding(FORBID, "breached", facts=("c1",), trigger="", breached_at=us("2023-03-03T10:00"),
            key="7.1-no-complaint/c1"),
    finding(HOLD, "holding", trigger=""),
    finding(REQUIRE, "breached", elements=(("name", "true"), ("sign", "false")),
            trigger="d1", facts=("d1",), key="6.1-form/d1"),
    finding(STAMPS, "breached", trigger="d1", facts=("d1",), key="6.3-stamps/d1"),
    finding(REPAIR, "not_triggered", key="4.10-repair/-", trigger="", anchor=None, facts=()),
    finding(ADVICE, "overdue", due=day_due("2023-03-01")),
    finding(GUARDED, "not_applicable", key="1.1-guard/-", trigger="", anchor=None, facts=()),
    finding(H48, "cancelled", key="4.1-plan-48h/t9", trigger="t9", facts=("t9",)),
]  # fmt: skip


def row(id: str, lo: str, hi: str, top: str, grade: str, reason: str, **more: object) -> object:
    """Return the result of an indicator."""
    points = (Decimal(lo), Decimal(hi), Decimal(top))
    return IndicatorResult(id, *points, grade, reason, **more)  # type: ignore[arg-type]


SCORE = ScoreResult(
    CARD, "P1", "true", Decimal("84.5"), Decimal("87.5"), "undetermined",
    (ConditionResult("a1", "true"),),
    (ConditionResult("b1", "unknown", (), ("fact cover",)),),
    (("A1", Decimal("7.5"), Decimal("10.5"), Decimal(16)),),
    (
        row("1", "1.5", "1.5", "2", "good", "rated", facts=("r1",)),
        row("2", "0", "0", "3", "", "not_applicable"),
        row("3", "0", "0", "4", "good", "missing_evidence"),
        row("4", "1", "1", "4", "", "counted", facts=("k1", "k2")),
        row("5", "0", "3", "3", "", "no_rating", missing=("rating 5",)),
    ),
    (("rating 5", Decimal(3), True),),
)  # fmt: skip
AS_OF = us("2023-03-05T00:00")


def report(**more: object) -> Report:
    """Return the report of all findings and the score."""
    values: dict[str, object] = {
        "vocabulary": VOCABULARY,
        "log": LOG,
        "rejected": {"visits": 2},
    }
    evaluation = Evaluation(list(FINDINGS), [SCORE])
    return Report(evaluation, PLAN, "c" * 64, AS_OF, **{**values, **more})  # type: ignore[arg-type]
