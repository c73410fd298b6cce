"""Why a file was refused, in words for the person who sent it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Promise] = {
    "empty": _("The file is empty."),
    "too_large": _("The file has %(size)s MB. At most %(limit)s MB can be read."),
    "unknown": _("This is not a spreadsheet we can read. Save it as XLSX, ODS or CSV and send it again."),
    "web_page": _("This is a web page with the name of a spreadsheet. Open it and save it as XLSX."),
    "protected": _("The file is protected by a password. Save it without one and send it again."),
    "broken": _("The file is damaged or not complete. Open it, save it again and send the new file."),
    "bomb": _("The file unpacks to far more than a spreadsheet of this size holds. It was not opened."),
    "too_many_rows": _("The sheet has more than %(limit)s rows. Split it into several files."),
    "too_many_columns": _("The sheet has more than %(limit)s columns. Delete those that are not needed."),
    "too_heavy": _("Reading this file takes too much memory or time. Copy what you need into a new file."),
    "no_sheet": _("There is no sheet named “%(name)s” in this file."),
    "encoding": _("The letters of this file cannot be read as %(encoding)s."),
}


class SheetError(ValueError):
    """A file that we refuse; `code` is one of MESSAGES, `str()` is the sentence in the reader's language."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts

    def __str__(self) -> str:
        return str(MESSAGES[self.code]) % self.facts
