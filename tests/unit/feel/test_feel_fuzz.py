"""Any text at all: it compiles, or it is refused with diagnostics; nothing else escapes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from stdrules.base.truth import Missing
from stdrules.feel.compile import analyse
from stdrules.feel.errors import BudgetError
from unit.feel.feel_worlds import SCOPE, WORLDS

WORDS = (
    'a n m s b ns rows row x 1 2.5 "t" @"2024-01-01" @"P1D" ( ) [ ] { } , : . .. + - * / ** = !='
    " < <= > >= and or not( if then else for in return some every satisfies between null true"
    " item count( sum( string( date and time( substring( list contains( # $ 试点 '"
)
TOKENS = st.lists(st.sampled_from(WORDS.split(" ")), max_size=25).map(" ".join)


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(text=st.one_of(TOKENS, st.text(max_size=60)), world=WORLDS)
def test_any_text_gives_a_value_or_diagnostics(text, world):
    found, diagnostics = analyse(text, SCOPE)
    if found is None:
        assert diagnostics
        assert all(one.render("zh") and one.render("en") for one in diagnostics)
        return
    try:
        value = found.function()(world)
    except BudgetError:
        return
    assert not isinstance(value, float)
    assert not (isinstance(value, Missing) and value.more)
