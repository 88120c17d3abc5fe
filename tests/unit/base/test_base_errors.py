"""The exceptions: one family, two languages, picklable."""

import pickle

import pytest

from stdrules.base.diagnostics import Diagnostic, Severity, Span
from stdrules.base.errors import (
    BadValue,
    FactsError,
    MissingExtraError,
    RulesetError,
    StdrulesError,
    UsageError,
)
from stdrules.base.text import Text

FINDING = Diagnostic("E101", Severity.ERROR, Span("f", 2), Text("甲", "first"))


@pytest.mark.parametrize(
    "kind", [RulesetError, FactsError, UsageError, MissingExtraError, BadValue]
)
def test_every_exception_is_one_of_ours(kind):
    assert issubclass(kind, StdrulesError)


def test_the_text_holds_message_hint_and_findings():
    error = RulesetError(Text("不能用", "cannot be used"), [FINDING], Text("改", "change it"))
    assert str(error) == "cannot be used\n  = hint: change it\nf:2: error[E101]: first"
    assert error.render("zh") == "不能用\n  = 提示: 改\nf:2: 错误[E101]: 甲"


def test_findings_alone_are_enough():
    assert str(FactsError(diagnostics=[FINDING])) == "f:2: error[E101]: first"


def test_a_missing_extra_says_how_to_install_it():
    error = MissingExtraError.of("audit", Text("读取表格", "reading sheets"))
    assert "pip install 'stdrules[audit]'" in str(error)
    assert "读取表格需要" in error.render("zh")


def test_a_bad_value_is_a_value_error():
    with pytest.raises(ValueError, match="odd"):
        raise BadValue("odd")


def test_exceptions_survive_pickling():
    error = RulesetError(Text("甲", "a"), [FINDING], "b")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.diagnostics, again.hint) == (str(error), (FINDING,), Text("b", "b"))


def test_quoted_input_cannot_drive_the_terminal():
    shown = str(UsageError("`\x1b[2J`\nsecond line", hint="`\x07`"))
    assert shown == "`\ufffd[2J`\nsecond line\n  = hint: `\ufffd`"
