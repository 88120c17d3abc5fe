"""A small vocabulary with every field type and every way to name a case."""

from stdrules.base.time.zones import zone
from stdrules.intake.python_facts import PythonFacts
from stdrules.model.vocabulary import Vocabulary

SHANGHAI = zone("Asia/Shanghai")


def label(zh, en):
    return {"zh": zh, "en": en}


def field(kind, zh, en, *aliases, **more):
    return {"type": kind, "label": label(zh, en), "aliases": list(aliases), **more}


PROJECT = field("text", "项目编号", "project number", "项目号")
FORMS = {
    "schedule": {**label("推进计划表", "schedule"), "aliases": ["进度表"]},
    "list": {**label("清单", "list"), "aliases": []},
}
TYPES = {
    "project": {
        "kind": "state", "label": label("项目", "project"), "aliases": ["项目台账"],
        "case": "project_id", "single": True,
        "fields": {
            "project_id": PROJECT,
            "budget": field("number", "预算", "budget"),
            "owner": field("text", "业主", "owner"),
        },
    },
    "task": {
        "kind": "event", "label": label("接到任务", "task received"), "aliases": ["任务下达"],
        "time": "received_at", "case": "project_id",
        "fields": {
            "project_id": PROJECT,
            "received_at": field("moment", "接到任务时间", "task received at", "接收时间"),
            "head": field("text", "负责人", "head"),
        },
    },
    "document": {
        "kind": "document", "label": label("文件完成", "document completed"),
        "aliases": ["文件台账"], "time": "completed_at", "case": "project_id",
        "fields": {
            "project_id": PROJECT,
            "document_id": field("text", "文件编号", "document number"),
            "form": field("choice", "文件类型", "form", values=FORMS),
            "forms": field("choices", "所含类型", "forms", values=FORMS),
            "completed_at": field("moment", "完成时间", "completed at", "完成日期"),
            "pages": field("number", "页数", "pages"),
            "stamped": field("boolean", "是否盖章", "stamped"),
            "due": field("date", "要求日期", "due"),
            "took": field("duration", "用时", "took"),
            "authors": field("texts", "编写人", "authors"),
        },
    },
    "approval": {
        "kind": "event", "label": label("文件审批", "document approved"), "aliases": [],
        "time": "approved_at", "case": {"link": "document"},
        "fields": {
            "document_id": field("text", "文件编号", "document number"),
            "approved_at": field("moment", "审批时间", "approved at"),
            "approval_id": field("text", "审批编号", "approval number"),
        },
        "links": {"document": {"type": "document", "by": "document_id"}},
    },
    "filing": {
        "kind": "event", "label": label("审批归档", "approval filed"), "aliases": [],
        "time": "filed_at", "case": {"link": "approval"},
        "fields": {
            "approval_id": field("text", "审批编号", "approval number"),
            "filed_at": field("date", "归档日期", "filed on"),
        },
        "links": {"approval": {"type": "approval", "by": "approval_id"}},
    },
    "notice": {
        "kind": "event", "label": label("公示", "notice"), "aliases": [],
        "time": "posted_on", "case": {"project": "project_ids", "round": "round_id"},
        "fields": {
            "project_ids": field("texts", "公示项目", "projects"),
            "round_id": field("text", "轮次", "round"),
            "posted_on": field("date", "公示日期", "posted on"),
        },
    },
    "holiday": {
        "kind": "state", "label": label("假期", "holiday"), "aliases": [],
        "fields": {"name": field("text", "名称", "name")},
    },
}  # fmt: skip
VOCABULARY = Vocabulary.model_validate({"types": TYPES})
CASE_TYPES = ["project", "round"]
READER = PythonFacts(VOCABULARY, CASE_TYPES, SHANGHAI)


def read(*records, **options):
    return READER.read(records, **options)


def codes_of(*records, **options):
    return [d.code for d in READER.read_tolerant(records, **options)[1]]
