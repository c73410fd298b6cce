"""Progress: the same events give the same outcomes, in any order; nothing done is lost; every state has a way out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koinon.learning.engine.documents import NODE_KINDS, Node
from koinon.learning.engine.progress import DEFAULT_RULES, Event, outcomes, said, sentence

START = datetime(2026, 1, 1, tzinfo=UTC)
COURSE = (
    Node("s", "section"),
    Node("page", "page", "s"),
    Node("quiz", "quiz", "s"),
    Node("extra", "page", "s", is_optional=True),
    Node("task", "task"),
    Node("meet", "session", rule={"attended": 2}),
    Node("pack", "package", rule={"played": "passed"}),
    Node("talk", "discussion", rule={"any": [{"posted": 2}, {"attended": 1}]}),
)


def event(kind, node="page", minute=0, device="", sequence=0, name="", **data):
    return Event(name or f"{kind}-{node}-{minute}-{device}-{sequence}-{json.dumps(data)}", node, kind,
                 START + timedelta(minutes=minute), data, device, sequence)  # fmt: skip


def state(node, *events):
    return outcomes(COURSE, events)[node].state


def test_nothing_has_happened():
    found = outcomes(COURSE, ())
    assert {each.state for each in found.values()} == {"not_started"}
    assert found[""].values == {"done": 0, "of": 5}


def test_a_section_is_done_when_all_that_is_required_below_it_is_done():
    viewed, low = event("viewed"), event("scored", "quiz", 1, share=0.5)
    assert state("s", viewed, low) == "under_way"
    done = outcomes(COURSE, [viewed, low, event("scored", "quiz", 2, share=0.7)])["s"]
    assert (done.state, done.share, done.at) == ("done", 0.7, START + timedelta(minutes=2))
    assert done.values == {"done": 2, "of": 2}


def test_the_best_try_counts_and_a_worse_one_takes_nothing():
    assert state("quiz", event("scored", "quiz", 0, share=0.8), event("scored", "quiz", 5, share=0.1)) == "done"


def test_long_answers_wait_for_a_person():
    tried = event("scored", "quiz", 0, share=0.2, waits=True, attempt="1")
    assert state("quiz", tried) == "waiting"
    assert state("quiz", tried, event("scored", "quiz", 1, share=0.3, waits=False, attempt="1")) == "under_way"
    assert state("quiz", tried, event("scored", "quiz", 1, share=0.3, waits=False, attempt="2")) == "waiting"


def test_evidence_waits_comes_back_and_is_accepted():
    story = [
        event(kind, "task", minute) for minute, kind in enumerate(["handed_in", "returned", "handed_in", "accepted"])
    ]
    states = [state("task", *story[:length]) for length in range(5)]
    assert states == ["not_started", "waiting", "under_way", "waiting", "done"]
    assert state("task", *story, event("handed_in", "task", 9)) == "done"
    assert state("task", *story, event("returned", "task", 9)) == "under_way"


def test_sessions_count_once_and_the_last_word_on_each_holds():
    first, again = event("attended", "meet", 0, session="a"), event("attended", "meet", 1, session="a")
    second = event("attended", "meet", 2, session="b")
    assert state("meet", first, again) == "under_way"
    assert state("meet", first, second) == "done"
    assert state("meet", first, second, event("absent", "meet", 3, session="b")) == "under_way"
    said_ = sentence(outcomes(COURSE, [first])["meet"])
    assert said_ == "1 of 2 sessions attended."


def test_any_of_two_ways_is_enough_and_both_are_named():
    assert state("talk", event("attended", "talk", session="a")) == "done"
    words = sentence(outcomes(COURSE, [event("posted", "talk")])["talk"])
    assert words == "One of these is enough: 1 of 2 contributions written; No session attended yet; 1 is needed"


def test_all_says_what_is_missing_first():
    nodes = [Node("n", "page", rule={"all": [{"viewed": True}, {"score": 0.5}]})]
    found = outcomes(nodes, [event("viewed", "n")])["n"]
    assert (found.state, found.why) == ("under_way", "not_scored")


@pytest.mark.parametrize(
    ("data", "completed", "passed"),
    [
        ({"completion": "completed"}, True, False),
        ({"completion": "passed"}, True, True),
        ({"completion": "failed"}, False, False),
        ({"completion": "browsed"}, False, False),
        ({"completion": "completed", "mode": "browsed"}, False, False),
        ({"completion": "incomplete", "success": "passed"}, False, True),
        ({"completion": "unknown", "success": "passed"}, True, True),
        ({"completion": "completed", "success": "failed"}, True, False),
        ({"completion": None, "success": ["x"]}, False, False),
    ],
)
def test_completion_and_success_of_packages_are_kept_apart(data, completed, passed):
    nodes = [Node("c", "package"), Node("p", "package", rule={"played": "passed"})]
    found = outcomes(nodes, [event("played", "c", **data), event("played", "p", **data)])
    assert (found["c"].state == "done", found["p"].state == "done") == (completed, passed)


def test_a_passed_package_is_never_downgraded():
    passed = event("played", "pack", 0, completion="completed", success="passed", share=0.9)
    failed = event("played", "pack", 1, completion="incomplete", success="failed", share=0.1)
    found = outcomes(COURSE, [passed, failed])["pack"]
    assert (found.state, found.share) == ("done", 0.9)


def test_excused_counts_as_done_and_reopened_takes_all_away():
    excused, again = event("excused", "quiz", 1), event("reopened", "quiz", 2)
    assert sentence(outcomes(COURSE, [excused])["quiz"]).startswith("Excused")
    found = outcomes(COURSE, [excused, again])["quiz"]
    assert (found.state, found.why) == ("under_way", "reopened")
    assert state("quiz", excused, again, event("scored", "quiz", 3, share=1)) == "done"
    assert state("page", event("viewed"), event("reopened", "s", 2)) == "under_way"
    assert state("s", event("excused", "s", 2)) == "done"
    assert state("", event("excused", "", 2)) == "done"


def test_within_a_device_order_is_that_of_its_sequence_though_they_arrive_the_other_way_round():
    first = event("attended", "meet", 9, "phone", 1, session="a")
    correction = event("absent", "meet", 8, "phone", 2, session="a")
    assert state("meet", first, correction, event("attended", "meet", 1, session="b")) == "under_way"


def test_what_a_device_did_before_a_reopening_counts_no_more_even_when_it_arrives_later():
    late, early = event("viewed", "page", 30, "phone", 1), event("viewed", "extra", 10, "phone", 2)
    assert state("page", late, early, event("reopened", "page", 20)) != "done"


def test_a_course_may_be_empty_odd_or_twisted():
    assert outcomes((), ())[""].state == "not_started"
    assert outcomes([Node("s", "section")], ())["s"].state == "done"
    twisted = [Node("a", "section", "b"), Node("b", "section", "a"), Node("p", "page", "gone"), Node("q", "page", "a")]
    assert set(outcomes(twisted, [event("viewed", "p"), event("viewed", "nowhere")])) == {"a", "b", "p", "q", ""}


@pytest.mark.parametrize("rule", [{"any": []}, {"all": "x"}, {"unknown": 1}, {"viewed": False}, {"any": [{"what": 1}]}])
def test_rules_that_cannot_be_met_ask_to_be_viewed(rule):
    nodes = [Node("n", "page", rule=rule)]
    assert outcomes(nodes, ())["n"].state == "not_started"
    assert outcomes(nodes, [event("viewed", "n")])["n"].state == "done"


KINDS = ["viewed", "scored", "handed_in", "accepted", "attended", "posted", "answered", "played", "excused"]
TAKING = ["reopened", "returned", "absent"]
shares = st.sampled_from([0, 0.2, 0.6, 1, 7, -1, None, "x", True, float("nan")])
events = st.builds(
    Event,
    st.uuids().map(str),
    st.sampled_from(["", "gone", *(node.key for node in COURSE)]),
    st.sampled_from(KINDS),
    st.integers(0, 30).map(lambda minute: START + timedelta(minutes=minute)),
    st.fixed_dictionaries(
        {},
        optional={
            "share": shares, "waits": st.booleans(), "session": st.sampled_from("ab"), "points": shares, "of": shares,
            "completion": st.sampled_from(["completed", "passed", "failed", "incomplete", "browsed"]),
            "success": st.sampled_from(["passed", "failed", "unknown"]), "attempt": st.sampled_from("12"),
        },
    ),
    st.sampled_from(["", "phone", "tablet"]),
    st.integers(0, 5),
)  # fmt: skip
taking = st.builds(
    lambda each, kind: Event(each.id, each.node, kind, each.at, each.data), events, st.sampled_from(TAKING)
)
rules = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "viewed": st.booleans(), "score": shares, "attended": st.integers(-1, 3), "accepted": st.booleans(),
            "posted": shares, "answered": st.just(True), "played": st.sampled_from(["completed", "passed", "?"]),
        },
    ),
    lambda inner: st.fixed_dictionaries({"all": st.lists(inner)}) | st.fixed_dictionaries({"any": st.lists(inner)}),
    max_leaves=4,
)  # fmt: skip


@given(st.lists(events | taking, max_size=14), st.randoms())
def test_order_of_arrival_and_duplicates_change_nothing(story, chance):
    mixed = [*story, *chance.sample(story, len(story) // 2)]
    chance.shuffle(mixed)
    assert outcomes(COURSE, mixed) == outcomes(COURSE, story)


@given(st.lists(events, max_size=14), events)
def test_more_events_never_lose_what_is_done(story, more):
    before, after = outcomes(COURSE, story), outcomes(COURSE, [*story, more])
    for key, outcome in before.items():
        if outcome.state == "done":
            assert after[key].state == "done"
            assert (outcome.share or 0) <= (after[key].share or 0) or key in ("", "s")


@given(rules, st.sampled_from(NODE_KINDS), st.lists(events | taking, max_size=6))
def test_every_state_has_a_way_out_and_a_sentence(rule, kind, story):
    nodes = [Node("page", kind, rule=rule)]
    later = START + timedelta(days=1)
    ways = [
        Event(f"{kind}{number}", "page", kind, later, {"share": 1, "session": str(number), "success": "passed",
              "completion": "completed", "attempt": str(number)})
        for kind in ("viewed", "scored", "accepted", "attended", "posted", "answered", "played") for number in range(7)
    ]  # fmt: skip
    found = outcomes(nodes, story)
    for outcome in found.values():
        assert sentence(outcome)
        assert said(outcome.why, json.loads(json.dumps(outcome.values))) == sentence(outcome)
        assert len(outcome.why) <= 40
    done = outcomes(nodes, [*story, *ways])
    assert done["page"].state == "done"
    assert done[""].state == "done" or done["page"].why == "nothing"


def test_every_kind_has_a_rule():
    assert set(DEFAULT_RULES) == set(NODE_KINDS)


def test_points_are_said_as_points():
    found = outcomes(COURSE, [event("scored", "quiz", share=4 / 8, points=4, of=8)])["quiz"]
    assert sentence(found) == "4 of 8 points; 4.8 are needed: try again, or ask the facilitator."
