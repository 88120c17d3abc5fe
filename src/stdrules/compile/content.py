"""Contents: acts put together from facts."""

from __future__ import annotations

from stdrules.compile import codes
from stdrules.compile.draft import Draft, Place
from stdrules.compile.scopes import Names
from stdrules.model.common import AllContent, AnyContent, Content, EachContent, FactContent
from stdrules.plan import content as plan


def lower_content(
    draft: Draft, content: Content, path: Place, names: Names, *, timed: bool = False
) -> plan.Content:
    """Lower a content; ``each`` inside it is the fact of the nearest ``each``.

    Args:
        draft: The norm.
        content: The content of the model.
        path: Where it stands.
        names: What is in scope besides the fields of its facts.
        timed: Whether it matters when its facts happened.
    """
    if isinstance(content, AllContent):
        return plan.AllOf(_parts(draft, content.all, (*path, "all"), names, timed))
    if isinstance(content, AnyContent):
        return plan.AnyOf(_parts(draft, content.any, (*path, "any"), names, timed))
    if isinstance(content, EachContent):
        return plan.EachOf(
            draft.matcher(content.each, (*path, "each"), names),
            lower_content(
                draft, content.content, (*path, "content"), names.for_each(content.each.fact),
                timed=timed,
            ),
            content.empty == "met",
        )  # fmt: skip
    return plan.Single(draft.matcher(content, path, names, timed=timed))


def _parts(
    draft: Draft, parts: tuple[Content, ...], path: Place, names: Names, timed: bool
) -> tuple[plan.Content, ...]:
    return tuple(
        lower_content(draft, part, (*path, i), names, timed=timed) for i, part in enumerate(parts)
    )


def single(
    draft: Draft, content: Content, path: Place, names: Names, *, timed: bool = True
) -> plan.Matcher:
    """Lower a content of which only facts of one type can be counted."""
    if isinstance(content, FactContent):
        return draft.matcher(content, path, names, timed=timed)
    draft.report(
        codes.NOT_HERE, path, "此处只能写一种事实，不能写 all、any 或 each",
        "only one kind of fact can stand here, not `all`, `any` or `each`",
    )  # fmt: skip
    return plan.Matcher("")


def counted(
    draft: Draft, content: Content, path: Place, names: Names, *, timed: bool = True
) -> tuple[plan.Matcher, tuple[plan.Matcher, ...]]:
    """Lower a content whose facts are counted: one kind of fact, or ``any`` of several.

    Returns:
        The first matcher, and the others.
    """
    if not isinstance(content, AnyContent):
        return single(draft, content, path, names, timed=timed), ()
    first, *others = (
        single(draft, part, (*path, "any", i), names, timed=timed)
        for i, part in enumerate(content.any)
    )
    return first, tuple(others)


def fact_types(content: Content) -> list[str]:
    """Name the types of the facts that are counted."""
    parts = content.any if isinstance(content, AnyContent) else (content,)
    return [part.fact for part in parts if isinstance(part, FactContent)]
