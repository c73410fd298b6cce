"""No change, however small, leaves a badge valid; nothing that somebody brings makes us stumble."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from koinon.learning.engine.badges import credentials, tokens
from koinon.learning.engine.badges.signing import Signer
from koinon.learning.tests.badge_world import World

TOKEN = World().badge("jwt")
LINKED = World().badge("json")


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(TOKEN) - 1), letter=st.integers(33, 126).map(chr))
def test_no_changed_letter_of_a_token_is_valid(place, letter):
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert changed == TOKEN or World().verify(changed).overall != "valid"


def leaves(value, path=()):
    if isinstance(value, dict | list):
        for name, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(child, (*path, name))
    else:
        yield path


PATHS = list(leaves(json.loads(LINKED)))


@settings(max_examples=40, deadline=None)
@given(
    path=st.sampled_from(PATHS), place=st.integers(0, 200), letter=st.characters(min_codepoint=32, max_codepoint=126)
)
def test_no_changed_letter_of_a_linked_badge_is_valid(path, place, letter):
    badge = json.loads(LINKED)
    holder = badge
    for name in path[:-1]:
        holder = holder[name]
    old = holder[path[-1]]
    new = (old[: place % len(old)] + letter + old[place % len(old) + 1 :]) if isinstance(old, str) else not old
    holder[path[-1]] = new
    assert new == old or World().verify(json.dumps(badge)).overall != "valid"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_nothing_that_somebody_brings_crashes(data):
    assert World().verify(data).overall != "valid"


def test_tokens_of_the_other_key_are_valid_too():
    world = World()
    token = Signer(world.did, world.ed).token(credentials.achievement_credential(world.award()))
    assert tokens.opened(token).header["alg"] == "EdDSA"
    assert world.verify(token).overall == "valid"
    for place in range(len(token) - 4, len(token)):
        for letter in "ABCQgw-_":
            changed = token[:place] + letter + token[place + 1 :]
            assert changed == token or world.verify(changed).overall == "not_valid", "one spelling of each signature"
