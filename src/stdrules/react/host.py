"""A host for durable_rules that is safe to give our findings to.

What the library (2.0.28) does, and what is done about it here:

- It runs actions on timer threads of its own, and loses firings when threads share a session: this
  host starts no thread; everything happens in the caller's call, one at a time.
- At most 1,024 states live in a ruleset: lanes are spread over as many rulesets as they need, and
  the place of a lane that is done is given to another.
- States are told apart by a 32-bit hash of their names, and two names of one hash share a state:
  states are named ``l0`` to ``l999``, whose hashes differ, never by what users call a lane.
- A message is taken for a duplicate by a hash of its id: ids are our own, events are posted (they
  are used up when a rule fires) and never asserted as facts (those stay); where an id meets one
  that is held back, the event is posted again under the next.
- Exceptions of actions end as a text in the state, those of definitions are plain exceptions: both
  are caught here, and told.
- ``none()`` is judged wrongly unless it is last; hundreds of rules hang; timers ask the wall clock:
  definitions with the first two are refused, and of the third there is `Timers`.
- Events that match only a part of a rule are kept for ever: a lane that holds too many is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from stdrules.base.errors import MissingExtraError, StdrulesError, UsageError
from stdrules.base.text import Text

#: Lanes in one ruleset; the library's own limit is 1,024.
LANES: Final = 1_000
#: Rules in one definition; with 512 the library hangs.
RULES: Final = 200
#: Events that one lane may hold back, and how often they are counted.
HELD, COUNT_EVERY = 1_000, 256
#: Defines a ruleset, statechart or flowchart of durable_rules under a name.
Build = Callable[[str], None]


class ReactionError(StdrulesError):
    """A reaction failed: an action raised, or rules do something that cannot be kept up."""


class _Place(NamedTuple):
    """Where a lane lives: the number of the ruleset, and the name of its state there."""

    ruleset: int
    state: str


class Lanes:
    """Rulesets of durable_rules, one state for each lane.

    Args:
        build: Defines the rules under the name that it is given; called again for every ruleset.

    Raises:
        MissingExtraError: durable_rules is not installed.
        UsageError: The rules cannot be used.
    """

    def __init__(self, build: Build) -> None:
        self._library = _library()
        self._build = build
        self._host = self._library.host()
        self._rulesets: list[str] = []
        # Names of states that are free, by ruleset, and the rulesets that have any.
        self._free: list[list[str]] = []
        self._open: list[int] = []
        self._place: dict[str, _Place] = {}
        self._posted: dict[str, int] = {}
        self._number = 0
        self._raised: list[BaseException] = []
        self.unhandled = 0
        self._grow()

    def __len__(self) -> int:
        """Return the number of lanes that are alive."""
        return len(self._place)

    def post(self, lane: str, event: Mapping[str, object]) -> bool:
        """Hand an event to a lane, and run what it fires.

        Args:
            lane: Its name.
            event: Texts, whole numbers and booleans.

        Returns:
            Whether a rule had a use for the event.

        Raises:
            ReactionError: An action raised, or the lane holds back too many events.
        """
        place = self._place_of(lane)
        used = None
        while used is None:
            self._number += 1
            message = {**event, "id": f"e{self._number}", "sid": place.state}
            used = self._library.post(self._host, self._rulesets[place.ruleset], message)
        self.unhandled += not used
        self._tell(lane)
        count = self._posted[lane] = self._posted[lane] + 1
        if count % COUNT_EVERY == 0:
            self._limit(lane, place)
        return used

    def close(self, lane: str) -> None:
        """Forget a lane, and all that its rules remember."""
        place = self._place.pop(lane, None)
        if place is not None:
            del self._posted[lane]
            if not self._free[place.ruleset]:
                self._open.append(place.ruleset)
            self._free[place.ruleset].append(place.state)
            self._host.delete_state(self._rulesets[place.ruleset], place.state)

    def _place_of(self, lane: str) -> _Place:
        place = self._place.get(lane)
        if place is None:
            if not self._open:
                self._grow()
            at = self._open[-1]
            place = self._place[lane] = _Place(at, self._free[at].pop())
            self._posted[lane] = 0
            if not self._free[at]:
                self._open.pop()
        return place

    def _grow(self) -> None:
        name = f"reactions_{len(self._rulesets)}"
        try:
            kind, definition = self._library.define(self._build, name)
            check_definition(definition)
            _guard(definition, self._raised)
            self._host.set_rulesets({kind: definition})
        except StdrulesError:
            raise
        except Exception as error:
            raise UsageError(
                Text(f"规则无法定义：{error}", f"the rules cannot be defined: {error}")
            ) from error
        self._open.append(len(self._rulesets))
        self._rulesets.append(name)
        self._free.append([f"l{n}" for n in range(LANES)])

    def _tell(self, lane: str) -> None:
        if self._raised:
            first = self._raised[0]
            self._raised.clear()
            said = f"{type(first).__name__}: {first}"
            raise ReactionError(
                Text(f"`{lane}` 的反应失败：{said}", f"a reaction of `{lane}` failed: {said}")
            ) from first

    def _limit(self, lane: str, place: _Place) -> None:
        held = len(self._host.get_pending_events(self._rulesets[place.ruleset], place.state))
        if held > HELD:
            raise ReactionError(
                Text(f"`{lane}` 积压了 {held} 个只匹配了一部分的事件",
                     f"`{lane}` holds back {held} events that match only a part of a rule"),
                hint=Text("请为这些事件加一条规则，或不要在一条规则中等待另一个事件",
                          "add a rule that uses them up, or do not wait for another event in a "
                          "rule"),
            )  # fmt: skip


def check_definition(definition: Mapping[str, Any]) -> None:
    """Refuse rules that durable_rules is known to run wrongly.

    Raises:
        UsageError: ``none()`` that is not last, or too many rules.
    """
    rules = list(_rules(definition))
    if len(rules) > RULES:
        raise UsageError(
            Text(f"规则过多：{len(rules)}，最多 {RULES}",
                 f"too many rules: {len(rules)}, at most {RULES}")
        )  # fmt: skip
    for rule in rules:
        parts = [next(iter(part)) for part in rule.get("all", ()) if isinstance(part, dict)]
        if any(name.endswith("$not") for name in parts[:-1]):
            raise UsageError(
                Text("`none()` 只能是规则的最后一项", "`none()` must be the last part of a rule"),
                hint=Text("durable_rules 对其他位置的判断是错的",
                          "durable_rules judges it wrongly elsewhere"),
            )  # fmt: skip


def _rules(definition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for value in definition.values():
        if isinstance(value, dict):
            if "all" in value or "any" in value or "run" in value:
                yield value
            yield from _rules({k: v for k, v in value.items() if k not in ("all", "any")})


def _guard(definition: dict[str, Any], raised: list[BaseException]) -> None:
    """Put every action into a wrapper that keeps what it raises."""
    for rule in _rules(definition):
        action = rule.get("run")
        if callable(action):
            rule["run"] = _kept(action, raised)


def _kept(action: Callable[[Any], object], raised: list[BaseException]) -> Callable[[Any], None]:
    def run(c: Any) -> None:
        try:
            action(c)
        except Exception as error:
            raised.append(error)

    return run


class _Library:
    """The few things that are asked of durable_rules."""

    def __init__(self, lang: Any, engine: Any) -> None:
        self._lang = lang
        self._engine = engine

        class Quiet(engine.Host):  # type: ignore[misc]
            def _run(self) -> None:
                """Start no timer threads: what is to run runs in the caller's call."""

        self._quiet = Quiet

    def host(self) -> Any:
        return self._quiet()

    def define(self, build: Build, name: str) -> tuple[str, dict[str, Any]]:
        known = self._lang._rulesets
        before = set(known)
        build(name)
        made = known.pop(name, None)
        for other in set(known) - before:
            del known[other]
        if made is None:
            raise UsageError(
                Text("没有以给定名称定义规则", "no rules were defined under the name given"),
                hint=Text("例如 with ruleset(name): …", "for example: with ruleset(name): ..."),
            )
        kind, definition = made.define()
        return str(kind), definition

    def post(self, host: Any, ruleset: str, message: dict[str, object]) -> bool | None:
        """Return whether a rule had a use for it; None: its id is taken for one held back."""
        try:
            host.post(ruleset, message)
        except self._engine.MessageObservedException:
            return None
        except self._engine.MessageNotHandledException:
            return False
        return True


def _library() -> _Library:
    try:
        from durable import engine, lang
    except ImportError as error:
        raise MissingExtraError.of("durable", Text("反应", "reacting")) from error
    return _Library(lang, engine)
