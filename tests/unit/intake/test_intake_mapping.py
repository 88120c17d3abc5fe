"""Headings and mapping files: what a column is taken for, and what is left over."""

import pytest
from intake_samples import CASE_TYPES, SHANGHAI, VOCABULARY

from stdrules.base.errors import FactsError
from stdrules.intake.mapping_file import read_mapping
from stdrules.intake.reader import explain_mapping, read_facts

ROW = ["P1", "D1", "2024-03-01"]


def intake(path, mapping=None, **options):
    return read_facts(path, VOCABULARY, CASE_TYPES, SHANGHAI, mapping, **options)


def sheet(folder, name, *rows):
    path = folder / f"{name}.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    return path


def meanings(found):
    return {e.heading: (e.target, e.way) for e in found.mapping.entries if e.heading}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("完成时间", ("document.completed_at", "exact")),
        ("completed_at", ("document.completed_at", "exact")),
        ("Completed At", ("document.completed_at", "exact")),
        ("完成日期", ("document.completed_at", "exact")),
        ("　完成时间 ", ("document.completed_at", "exact")),
        ("完成时间（年月日）", ("document.completed_at", "guessed")),
        ("*完成时间：", ("document.completed_at", "guessed")),
        ("完成时间[h]", ("document.completed_at", "guessed")),
        ("文件完成时间", ("", "left_over")),
        ("文件完成.完成时间", ("document.completed_at", "exact")),
        ("接到任务.接收时间", ("", "left_over")),
        ("记录时间", ("document.recorded_at", "exact")),
        ("更正", ("document.supersedes", "exact")),
        ("备注", ("", "left_over")),
    ],
)
def test_headings(tmp_path, heading, expected):
    found = intake(sheet(tmp_path, "文件台账", ["项目编号", "文件编号", heading], ROW))
    assert meanings(found)[heading.strip()] == expected


@pytest.mark.parametrize(
    ("name", "type_"),
    [("文件台账", "document"), ("文件完成", "document"), ("document", "document"),
     ("01-文件台账", "document"), ("文件台账2023", "document"), ("文件台账（导出）", "document")],
)  # fmt: skip
def test_names_of_sheets(tmp_path, name, type_):
    found = intake(sheet(tmp_path, name, ["项目编号", "文件编号", "完成时间"], ROW))
    assert [fact.type for fact in found.log.facts] == [type_]


def test_a_sheet_without_a_telling_name_is_known_by_its_headings_or_not_read(tmp_path):
    found = intake(
        sheet(tmp_path, "Sheet1", ["项目编号", "文件编号", "完成时间", "页数"], [*ROW, "3"])
    )
    assert [fact.type for fact in found.log.facts] == ["document"]
    other = intake(sheet(tmp_path, "Sheet2", ["甲", "乙"], ["1", "2"]))
    assert [(d.code, str(d.span)) for d in other.diagnostics] == [("W450", "Sheet2.csv")]


def test_two_columns_for_one_field_block_the_sheet(tmp_path):
    found = intake(sheet(tmp_path, "文件台账", ["项目编号", "完成时间", "完成日期"],
                         ["P1", "2024-03-01", "2024-03-02"]))  # fmt: skip
    assert [d.code for d in found.diagnostics] == ["E421"]
    assert (found.log.facts, found.counts.rejected) == ([], {"document": 1})
    better = intake(sheet(tmp_path, "文件台账", ["项目编号", "完成时间", "完成时间（备用）"],
                          ["P1", "2024-03-01", "2024-03-02"]))  # fmt: skip
    assert better.diagnostics == [] and len(better.log.facts) == 1


def test_the_case_of_a_linked_type_may_stand_in_the_sheet(tmp_path):
    path = sheet(tmp_path, "文件审批", ["项目编号", "文件编号", "审批时间"], ROW)
    assert intake(path).log.facts[0].cases == {"project": ("P1",)}


def test_a_wide_sheet_gives_a_fact_of_each_type_that_has_something(tmp_path):
    head = ["项目编号", "接到任务.接收时间", "负责人", "文件完成.完成时间", "文件类型", "页数"]
    found = intake(sheet(tmp_path, "总表", head,
                         ["P1", "2024-03-01 09:00", "张三", "2024-03-02", "清单", "3"],
                         ["P2", "2024-03-01 09:00", "李四", "", "", ""]))  # fmt: skip
    assert sorted((f.type, f.cases["project"][0]) for f in found.log.facts) == [
        ("document", "P1"), ("task", "P1"), ("task", "P2")]  # fmt: skip
    assert found.diagnostics == []


def test_sheets_of_statements_and_withdrawals_in_rows(tmp_path):
    sheet(
        tmp_path,
        "豁免",
        ["豁免编号", "规范编号", "批准人", "原因", "开始日期", "结束日期"],
        ["w1", "n1", "领导", "假期", "2024-03-01", "2024-03-02"],
        ["w2", "n1", "", "假期", "", ""],
    )
    sheet(tmp_path, "完整性", ["事实类型", "截至"], ["文件台账", "2024-06-30"])
    sheet(tmp_path, "暂停", ["原因", "开始", "是否顺延"], ["停工", "2024-03-01", "否"])
    sheet(tmp_path, "接到任务", ["事实编号", "项目编号", "接收时间", "撤回"],
          ["t1", "P1", "2024-03-01", ""], ["", "", "", "t1"])  # fmt: skip
    found = intake(tmp_path)
    log = found.log
    assert [(d.code, str(d.span)) for d in found.diagnostics] == [("E404", "豁免.csv!C3")]
    assert [w.id for w in log.waivers] == ["w1"]
    assert [c.type for c in log.completes] == ["document"]
    assert [s.tolling for s in log.suspensions] == [False]
    assert [w.withdraws for w in log.withdrawals] == ["t1"]


def test_a_mapping_file(tmp_path):
    path = sheet(
        tmp_path,
        "Sheet9",
        ["甲方系统导出", "", "", "", ""],
        ["项目", "日", "种类", "序号", "备注"],
        ["P1", "2024-03-01", "进度", "1", "x"],
    )
    rules = tmp_path / "m.yaml"
    rules.write_text(
        "sheets:\n  Sheet9:\n    type: document\n    header: 2\n"
        "    columns: {项目: project_id, 日: completed_at, 种类: form}\n    ignore: [序号]\n"
        "    constants: {pages: 3}\n    values: {form: {进度: schedule}}\n",
        encoding="utf-8",
    )
    found = intake(path, read_mapping(rules))
    fields = found.log.facts[0].fields
    assert (fields["form"], str(fields["pages"])) == ("schedule", "3")
    assert found.diagnostics == []
    assert meanings(found)["序号"] == ("", "ignored")
    assert meanings(found)["备注"] == ("", "left_over")
    assert meanings(found)["日"] == ("document.completed_at", "mapped")
    assert found.mapping.count("constant") == 1
    assert "推测" not in found.mapping.render("zh")
    assert "not carried" in found.mapping.render("en")


def test_a_wide_mapping(tmp_path):
    path = sheet(tmp_path, "all", ["项目", "接单", "完成"], ["P1", "2024-03-01", "2024-03-02"],
                 ["P2", "", "2024-03-02"])  # fmt: skip
    mapping = read_mapping({"wide": [{
        "sheet": "all.csv",
        "columns": {"项目": ["task.project_id", "document.project_id"], "接单": "task.received_at",
                    "完成": "document.completed_at"},
        "constants": {"document.form": "list"},
    }]})  # fmt: skip
    found = intake(path, mapping)
    assert sorted((f.type, f.cases["project"][0]) for f in found.log.facts) == [
        ("document", "P1"), ("document", "P2"), ("task", "P1")]  # fmt: skip
    assert found.diagnostics == []


@pytest.mark.parametrize(
    "text",
    ["sheets: {A: {typ: document}}", "sheet: {}", "sheets: {A: x}", "sheets: {A: {header: x}}",
     "sheets: {A: {columns: [a]}}", "sheets: &a {}\nwide: *a", "sheets: !x {}", "a: 1\na: 2",
     "wide: [{columns: {}}]", "sheets: [", "- 1", "sheets: {A: {values: {form: x}}}",
     "[" * 100, "sheets: {A: {}, a: {}}"],
)  # fmt: skip
def test_wrong_mapping_files(tmp_path, text):
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FactsError) as caught:
        read_mapping(path)
    assert {d.code for d in caught.value.diagnostics} == {"E420"}


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ({"type": "documnt"}, "did you mean `document`"),
        ({"columns": {"完成时间": "completed"}}, "did you mean `completed_at`"),
        ({"columns": {"没有": "completed_at"}}, "no heading `没有`"),
        ({"columns": {"完成时间": "task.received_at"}}, "`document` has no `task.received_at`"),
        ({"constants": {"page": "3"}}, "did you mean `pages`"),
        ({"header": 7}, "row 7"),
    ],
)
def test_a_mapping_that_does_not_fit_is_reported(tmp_path, rule, part):
    path = sheet(tmp_path, "文件台账", ["项目编号", "文件编号", "完成时间"], ROW)
    found = intake(path, read_mapping({"sheets": {"文件台账": rule}}))
    assert [d.code for d in found.diagnostics if d.severity == "error"] == ["E420"]
    assert part in found.diagnostics[0].render("en")


def test_a_rule_without_a_sheet_is_reported(tmp_path):
    path = sheet(tmp_path, "文件台账", ["项目编号", "完成时间"], ["P1", "2024-03-01"])
    found = intake(path, read_mapping({"sheets": {"other": {"type": "task"}}}))
    assert [d.code for d in found.diagnostics] == ["E420"]


def test_explaining_reads_headings_only(tmp_path):
    path = sheet(tmp_path, "文件台账", ["项目编号", "完成时间（h）"], ["P1", "not a date"])
    report, found = explain_mapping(path, VOCABULARY, CASE_TYPES)
    assert found == []
    assert report.to_json()[1]["how"] == "guessed"
    assert report.to_table("zh")[1] == [
        "文件台账.csv!B", "完成时间（h）", "document.completed_at", "推测"]  # fmt: skip
