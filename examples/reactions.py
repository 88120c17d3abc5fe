"""Follow-up rules: an overdue plan is reminded of, escalated, closed, and the owner is told.

The session judges; the statechart below says what is done about its findings. Needs the extra
``durable``. Time is that of the session, so every run prints the same.
"""

from durable.lang import m, state, statechart, to, when_all

import stdrules

PLAN, CALL = "4.1-plan-48h", "4.2-no-unanswered-contact"
calls: dict[str, list[str]] = {}  # case -> calls of the owner that wait for an answer


def follow_up(name: str, tools) -> None:
    """Define the rules under a name; every obligation has a state of its own."""

    def note(c, said: str) -> None:
        print(f"{tools.now[:16]}  {c.m.case}  {said}")

    def finish(c) -> None:
        note(c, "the plan is there: closed")
        for call in calls.pop(c.m.case, []):
            tools.post({"type": "owner_contact_answered", "id": f"answer-{call}",
                        "case": c.m.case, "at": tools.now, "contact_id": call})  # fmt: skip
        tools.close()

    late = (m.norm == PLAN) & (m.after == "overdue")
    there = (m.norm == PLAN) & (m.after == "fulfilled_late")

    with statechart(name):
        with state("watching"):

            @to("reminded")
            @when_all(late)
            def remind(c):
                until = tools.timer("escalate", "2 workdays")
                note(c, f"the plan is overdue: {c.m.bearer} is reminded, until {until[:16]}")

            @to("waiting")
            @when_all((m.norm == CALL) & (m.after == "pending"))
            def called(c):
                calls.setdefault(c.m.case, []).append(c.m.key.partition("/")[2])
                note(c, "the owner calls and waits for an answer")

        with state("reminded"):

            @to("escalated")
            @when_all((m.kind == "timer") & (m.timer == "escalate"))
            def escalate(c):
                print(f"{c.m.at[:16]}  {c.m.lane}: escalated to the leader")

            to("over")(when_all(there)(finish))

        with state("escalated"):
            to("over")(when_all(there)(finish))

        with state("waiting"):

            @to("over")
            @when_all((m.norm == CALL) & (m.after == "fulfilled"))
            def answered(c):
                note(c, f"answered: {c.m.key}")
                tools.close()

        state("over")


def main() -> None:
    """Take two projects through the spring of 2023."""
    session = stdrules.open_session("q_gxxz_029", clock="2023-02-27")
    reactions = stdrules.Reactions(
        session, follow_up, wanted=lambda change: change.norm.id in (PLAN, CALL)
    )
    plan = {"document_type": "schedule"}
    for at, record in [
        ("2023-02-28T09:00", {"type": "project_task_received", "id": "t1", "case": "P1"}),
        ("2023-02-28T10:00", {"type": "project_task_received", "id": "t2", "case": "P2"}),
        ("2023-03-02T16:00", {"type": "document_completed", "id": "d2", "case": "P2", **plan}),
        ("2023-03-03T11:00", {"type": "owner_contact_received", "id": "c1", "case": "P1",
                              "contact_id": "c1"}),
        ("2023-03-07T15:00", {"type": "document_completed", "id": "d1", "case": "P1", **plan}),
    ]:  # fmt: skip
        for _ in reactions.advance(at):
            pass
        reactions.post({**record, "at": at})
    finding = session.report("P1").find(norm=CALL)[0]
    print(f"{finding.key} is {finding.state} by {', '.join(finding.facts)}")


if __name__ == "__main__":
    main()
