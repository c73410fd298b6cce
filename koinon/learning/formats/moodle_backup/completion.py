"""When an activity of Moodle is complete, as one of our rules, where there is one that means the same."""

from typing import Any

from koinon.learning.engine import xml
from koinon.learning.formats.moodle_backup.source import number, value

_PASSED = 2


def rule_of(kind: str, module_kind: str, root: Any, module: Any, grades: Any) -> tuple[dict[str, Any], bool]:
    """(rule, is_optional): {} is what our kind asks for by itself; what Moodle does not track is optional."""
    tracked = value(module, "completion")
    if tracked in ("", "0"):
        return {}, tracked == "0"
    if tracked == "1":
        return {"viewed": True}, False
    rules: list[dict[str, Any]] = []
    if value(module, "completionview") == "1":
        rules.append({"viewed": True})
    if value(module, "completiongradeitemnumber"):
        rules.append(_graded(kind, grades))
    posts = max(int(number(root, name)) for name in ("completionposts", "completiondiscussions", "completionreplies"))
    if posts > 0:
        rules.append({"posted": min(posts, 100)})
    if value(root, "completionsubmit") == "1":
        rules.append({"answered": True} if kind == "survey" else {"accepted": True})
    if module_kind == "scorm" and (status := int(number(root, "completionstatusrequired"))):
        rules.append({"played": "passed" if status & _PASSED else "completed"})
    rules = [rule for rule in rules if rule]
    return (rules[0] if len(rules) == 1 else {"all": rules} if rules else {}), False


def _graded(kind: str, grades: Any) -> dict[str, Any]:
    if kind == "task":
        return {"accepted": True}
    return (
        {"played": "passed"} if kind == "package" else {"score": share_to_pass(grades) or 0.0} if kind == "quiz" else {}
    )


def share_to_pass(grades: Any) -> float | None:
    """The share of points that passes, from the backup's grade item; None when it names none."""
    for item in xml.every(grades, "grade_item"):
        most, least = number(item, "grademax"), number(item, "gradepass")
        if most > 0 and 0 < least <= most:
            return round(least / most, 4)
    return None
