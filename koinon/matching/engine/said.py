"""The words of the spreadsheet report: problems of rows and of files, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.matching.engine.rows import Unusable

PROBLEMS = {
    "no_name": gettext_lazy("The organisation has no name."),
    "no_kind": gettext_lazy("Please say what kind of organisation it is."),
    "unknown_kind": gettext_lazy("“%(said)s” is no kind we know."),
    "unknown_country": gettext_lazy("“%(said)s” is no country we know."),
    "unknown_place": gettext_lazy("“%(said)s” is no place we know in this country."),
    "unknown_language": gettext_lazy("“%(said)s” is no language we know."),
    "unknown_theme": gettext_lazy("“%(said)s” is no theme we know."),
    "no_address": gettext_lazy("“%(said)s” is no web address."),
    "no_day": gettext_lazy("“%(said)s” is no day. Write it like 2026-05-31."),
    "no_texts_in_row": gettext_lazy("There is neither an offer nor a need in this row."),
}
FILES = {
    "no_names": gettext_lazy("No column holds the names of organisations. The headings are: %(headings)s"),
    "no_texts": gettext_lazy("No column holds offers or needs. The headings are: %(headings)s"),
    "nothing_written": gettext_lazy("There is no row with a name and an offer or a need."),
}


def problem(code: str, said: str) -> str:
    """One fault of a row as a sentence."""
    words = PROBLEMS.get(code)
    return str(words) % {"said": said} if words else said


def unusable(found: Unusable) -> str:
    """Why a file cannot be matched."""
    return str(FILES[found.code]) % found.facts if found.facts else str(FILES[found.code])


def unwritable(path: object, error: OSError) -> str:
    return _("The report cannot be written to %(path)s: %(problem)s") % {"path": path, "problem": error.strerror}
