"""What packages say and are told, as plain data: SCORM 1.2 and 2004 (one part) and H5P. Pure.

A package says its whole state again and again; a result {"completion", "success", "share"} follows from it, and what
was reached once is never taken back. SCORM 1.2 has one status for completion and success: both are kept apart here.
"""

import math
from collections.abc import Mapping
from typing import Any

LONGEST, DEEPEST, MOST = 70_000, 12, 5_000
"""Signs of one text (a suspend_data of 64 KB and some), depth, and values in all that a package may say."""

_1_2 = {
    "passed": ("completed", "passed"), "failed": ("completed", "failed"), "completed": ("completed", ""),
    "incomplete": ("incomplete", ""), "browsed": ("browsed", ""), "not attempted": ("", ""),
}  # fmt: skip


def result(standard: str, data: Mapping[str, Any], mastery: float | None = None) -> dict[str, Any]:
    """{"completion", "success", "share"} of what a package says now; `mastery` is the share that passes, if any."""
    if standard == "h5p":
        return _of_h5p(_map(data.get("result")), mastery)
    cmi = _map(data.get("cmi"))
    return _of_scorm12(cmi, mastery) if standard == "scorm12" else _of_scorm2004(cmi, mastery)


def together(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The better of two results, field by field: completed and passed stay, the best share stays."""
    shares = [each for each in (_number(before.get("share")), _number(now.get("share"))) if each is not None]
    is_completed = "completed" in (before.get("completion"), now.get("completion"))
    is_passed = "passed" in (before.get("success"), now.get("success"))
    return {
        "completion": "completed" if is_completed else str(now.get("completion") or before.get("completion") or ""),
        "success": "passed" if is_passed else str(now.get("success") or before.get("success") or ""),
        "share": max(shares) if shares else None,
    }


def seed(standard: str, settings: Mapping[str, Any], data: Mapping[str, Any], *, learner: str, name: str) -> Any:
    """What the package finds when it starts: for SCORM its cmi, for H5P the text of its state ("" for none)."""
    if standard == "h5p":
        state = data.get("state")
        return state if isinstance(state, str) else ""
    items = settings.get("items")
    item = _map(items[0]) if isinstance(items, list) and items else {}
    kept = _map(data.get("cmi"))
    return (_seed12 if standard == "scorm12" else _seed2004)(kept, item, settings, learner, name)


def cleaned(value: Any, depth: int = 0, left: list[int] | None = None) -> Any:
    """JSON that the database takes: no zero signs, halves of signs, odd numbers; ValueError when it is too much."""
    left = [MOST] if left is None else left
    left[0] -= 1
    if depth > DEEPEST or left[0] < 0:
        raise ValueError("too much")
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError("too long")
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {cleaned(str(name)[:200], depth, left): cleaned(each, depth + 1, left) for name, each in value.items()}
    if isinstance(value, list):
        return [cleaned(each, depth + 1, left) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        raise ValueError("too large")
    return value


def _of_scorm12(cmi: Mapping[str, Any], mastery: float | None) -> dict[str, Any]:
    core = _map(cmi.get("core"))
    completion, success = _1_2.get(str(core.get("lesson_status", "")), ("", ""))
    share = _share(_map(core.get("score")))
    return {"completion": completion, "success": success or _judged(completion, share, mastery), "share": share}


def _of_scorm2004(cmi: Mapping[str, Any], mastery: float | None) -> dict[str, Any]:
    score = _map(cmi.get("score"))
    scaled = _number(score.get("scaled"))
    share = max(0.0, min(1.0, scaled)) if scaled is not None else _share(score)
    completion, success = str(cmi.get("completion_status", "")), str(cmi.get("success_status", ""))
    completion = completion if completion in ("completed", "incomplete") else ""
    success = success if success in ("passed", "failed") else _judged(completion, share, mastery)
    return {"completion": completion, "success": success, "share": share}


def _of_h5p(said: Mapping[str, Any], mastery: float | None) -> dict[str, Any]:
    """The statement of the whole content: {"completion", "success", "raw", "min", "max", "scaled"}."""
    scaled = _number(said.get("scaled"))
    share = max(0.0, min(1.0, scaled)) if scaled is not None else _share(said, of=None)
    completion = "completed" if said.get("completion") is True or share is not None else ""
    success = "passed" if said.get("success") is True else "failed" if said.get("success") is False else ""
    return {"completion": completion, "success": success or _judged(completion, share, mastery), "share": share}


def _judged(completion: str, share: float | None, mastery: float | None) -> str:
    if completion != "completed" or share is None or mastery is None:
        return ""
    return "passed" if share >= mastery - 1e-9 else "failed"


def _share(score: Mapping[str, Any], of: float | None = 100.0) -> float | None:
    """Points as a share of what can be reached; SCORM without a maximum counts to 100."""
    raw, low, high = (_number(score.get(name)) for name in ("raw", "min", "max"))
    low, high = low or 0.0, of if high is None else high
    if raw is None or high is None or high <= low:
        return None
    return max(0.0, min(1.0, (raw - low) / (high - low)))


def _seed12(
    kept: Mapping[str, Any], item: Mapping[str, Any], settings: Mapping[str, Any], learner: str, name: str
) -> dict[str, Any]:
    core = _map(kept.get("core"))
    status = str(core.get("lesson_status") or "not attempted")
    goes_on = bool(kept) and (core.get("exit") == "suspend" or status not in ("passed", "completed", "failed"))
    score = {
        key: str(value)
        for key, value in _map(core.get("score")).items()
        if key in ("raw", "min", "max") and value != ""
    }
    return {
        "core": {
            "student_id": learner, "student_name": name, "credit": "credit", "lesson_mode": "normal",
            "lesson_location": str(core.get("lesson_location") or ""), "lesson_status": status,
            "entry": "resume" if goes_on else "" if kept else "ab-initio", "score": score,
            "total_time": str(core.get("total_time") or "0000:00:00"),
        },
        "suspend_data": str(kept.get("suspend_data") or ""),
        "launch_data": str(item.get("data") or ""),
        "comments": str(kept.get("comments") or ""),
        "student_data": _told12(item, settings),
        "objectives": kept.get("objectives") or {},
        "student_preference": _map(kept.get("student_preference")),
    }  # fmt: skip


def _told12(item: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, str]:
    mastery = _number(settings.get("mastery"))
    said = {"time_limit_action": str(item.get("at_time_limit") or "")}
    return {**said, "mastery_score": f"{mastery * 100:g}"} if mastery is not None else said


def _seed2004(
    kept: Mapping[str, Any], item: Mapping[str, Any], settings: Mapping[str, Any], learner: str, name: str
) -> dict[str, Any]:
    mastery = _number(settings.get("mastery"))
    status = str(kept.get("completion_status") or "unknown")
    goes_on = bool(kept) and (kept.get("exit") == "suspend" or status != "completed")
    carried = {
        key: kept[key] for key in ("location", "suspend_data", "total_time", "progress_measure", "score", "objectives",
                                   "interactions", "comments_from_learner", "learner_preference") if kept.get(key)
    }  # fmt: skip
    return {
        **carried, "learner_id": learner, "learner_name": name, "credit": "credit", "mode": "normal",
        "completion_status": status, "success_status": str(kept.get("success_status") or "unknown"),
        "entry": "resume" if goes_on else "" if kept else "ab-initio", "launch_data": str(item.get("data") or ""),
        **({"scaled_passing_score": f"{mastery:g}"} if mastery is not None else {}),
    }  # fmt: skip


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> float | None:
    """Numbers, and texts that are numbers; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
