"""Who writes courses: people named for it, and those who speak for the organisation that owns them."""

from koinon.kit.verbs import Actor
from koinon.learning.models import Authorship, Course, Node, Placed, Proposal, Version
from koinon.network.models import SPEAKS, Membership, Network, Organisation

LEADS = ("head", "representative", "deputy")


def owns(*, by: Actor, organisation: Organisation) -> bool:
    """Speaks for the organisation, or for the one it went into: keys and badges that stayed behind are theirs."""
    return by.is_machine or any(by.holds(role, organisation.heir.pk) for role in LEADS)


def may_create(*, by: Actor, organisation: Organisation, network: Network | None = None) -> bool:
    """Whoever speaks for an organisation begins its courses, on the shelf of a network it belongs to."""
    if by.is_machine:
        return True
    belongs = network is None or Membership.objects.active().filter(network=network, organisation=organisation).exists()
    return belongs and any(by.holds(role, organisation.pk) for role in SPEAKS)


def writes(*, by: Actor, course: Course, role: str = "author", language: str = "") -> bool:
    """Named in this role; a translator only for the languages named, all when none is."""
    if not by.is_known:
        return False
    named = Authorship.objects.filter(course=course, person=by.person, role=role).values_list("languages", flat=True)
    return any(not languages or not language or language in languages for languages in named)


def may_write(*, by: Actor, course: Course) -> bool:
    """Authors, and those who speak for its owner."""
    return owns(by=by, organisation=course.organisation) or writes(by=by, course=course)


def may_review(*, by: Actor, course: Course) -> bool:
    """Reviewers, and those who speak for its owner."""
    return owns(by=by, organisation=course.organisation) or writes(by=by, course=course, role="reviewer")


def may_translate(*, by: Actor, course: Course, language: str) -> bool:
    """Whoever may write it, and translators of this language."""
    return may_write(by=by, course=course) or writes(by=by, course=course, role="translator", language=language)


def may_write_node(*, by: Actor, node: Node) -> bool:
    """Whoever writes its course."""
    return may_write(by=by, course=node.version.course)


def may_translate_node(*, by: Actor, node: Node, language: str) -> bool:
    """Whoever translates its course into this language."""
    return may_translate(by=by, course=node.version.course, language=language)


def may_unplace(*, by: Actor, placed: Placed) -> bool:
    """Whoever writes the course in whose quiz it stands."""
    return may_write(by=by, course=placed.node.version.course)


def may_answer_proposal(*, by: Actor, proposal: Proposal) -> bool:
    """Whoever writes the course it is for."""
    return may_write(by=by, course=proposal.course)


def may_copy(*, by: Actor, organisation: Organisation, version: Version) -> bool:
    """Whoever begins courses for this organisation, with a published one they see and whose terms let them."""
    if by.is_machine:
        return True
    if not may_create(by=by, organisation=organisation) or version.published_at is None:
        return False
    course = version.course
    is_ours = owns(by=by, organisation=course.organisation)
    is_free = course.licence != "reserved" and Course.objects.visible_to(by).filter(pk=course.pk).exists()
    return is_ours or is_free


def keeps_bank(*, by: Actor, organisation: Organisation) -> bool:
    """Who speaks for the organisation, and the authors of its courses: its questions and files are theirs to use."""
    if may_create(by=by, organisation=organisation):
        return True
    named = Authorship.objects.filter(course__organisation=organisation, person=by.person, role="author")
    return by.is_known and named.exists()
