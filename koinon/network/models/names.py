"""Names in several languages: one is the original."""


def name_in(names: dict[str, str], original: str, language: str = "") -> str:
    """The name in `language` (default: the active one), else the original, else English, else any."""
    from django.utils.translation import get_language

    wanted = language or (get_language() or "en")[:2]
    return names.get(wanted) or names.get(original) or names.get("en") or next(iter(names.values()), "")
