"""What somebody wrote in a letter, without what they quoted and without their signature. Pure, linear in length.

Our own letters carry a line above which the answer is written; clients quote it, so that everything from it on is old.
Where a client quotes nothing of the kind, the usual marks count: lines with >, the line that names who wrote when, the
heads that Outlook repeats. (A library exists, `mail-parser-reply`; it knows none of our languages but English.)
"""

import html
import re

MARK = "∙∙∙∙∙∙"
"""Stands in the line above which one answers, in every language."""

LONGEST = 200_000
_ATTRIBUTION = re.compile(
    r"^(on|am|le|el|il|op|em|dne|den|más|på|në|më|në datën|dt\.|на|στις|την|στις|rašė|"
    r"\d{1,4}[-./]\d{1,2}|\d{1,2}:\d{2}|pirm|antr|treč|ketv|penkt|šešt|sekm)\b.*"
    r"(wrote|schrieb|a écrit|escribió|scritto|schreef|shkroi|shkruajti|rašė|parašė|напиша|написа|пишува|έγραψε|"
    r"napisal|napisao|je napisal|\d{1,2}:\d{2}).*:\s*$",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^\*?(from|von|de|da|van|nga|nuo|од|από|odesílatel)\*?:\s.*(@|\s)", re.IGNORECASE)
_ORIGINAL = re.compile(r"^(-{2,}\s?[^\W\d_][^-]{3,60}-{2,}|_{10,})$")
_SENT_FROM = re.compile(
    r"^(sent from my|get outlook for|dërguar nga|išsiųsta iš|испратено од|στάλθηκε από|poslano iz)\b.{0,60}$",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"<(br|/p|/div|/li|/h[1-6]|/tr|/blockquote)\b[^<>]*>", re.IGNORECASE)
_UNREAD = re.compile(r"<(head|style|script|title)\b", re.IGNORECASE)
_QUOTED_HTML = re.compile(
    r"<(blockquote\b|div[^<>]+(gmail_quote|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|appendonsend))", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")
_LOOKED_AT = 400
"""Signs of a line that are looked at for marks: nobody's mail program writes longer ones."""


def answer_of(text: str) -> str:
    """The new words of a plain letter; "" when there are none."""
    lines = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [line for number, line in enumerate(_before_the_old(lines)) if not _names_a_quote(lines, number)]
    kept = _without_signature(kept)
    while kept and (
        not kept[-1].strip() or kept[-1].lstrip().startswith(">") or _SENT_FROM.match(kept[-1][:_LOOKED_AT].strip())
    ):
        kept.pop()
    return "\n".join(line for line in kept if not line.lstrip().startswith(">")).strip()


def text_of(page: str) -> str:
    """The words of an HTML letter, without quoted parts; tags become line ends or nothing."""
    page = _without_unread(page[:LONGEST])
    if found := _QUOTED_HTML.search(page):
        page = page[: found.start()]
    page = _BREAKS.sub("\n", " ".join(page.split()))
    text = html.unescape(_TAG.sub("", page)).replace("\xa0", " ")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _without_unread(page: str) -> str:
    """Without heads, styles and scripts; one that does not end takes the rest with it."""
    kept, small, at = [], page.lower(), 0
    while found := _UNREAD.search(page, at):
        kept.append(page[at : found.start()])
        end = small.find(f"</{found.group(1).lower()}", found.end())
        at = len(page) if end < 0 else (small.find(">", end) + 1 or len(page))
    return " ".join([*kept, page[at:]])


def _before_the_old(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        said = line[:_LOOKED_AT].strip().lstrip("> ")
        if MARK in said:
            return _without_attribution(lines[:number])
        if (
            _is_head(lines, number)
            or _ORIGINAL.match(said)
            or _ATTRIBUTION.match(said)
            or _ATTRIBUTION.match(_joined(lines, number))
        ):
            return lines[:number]
    return lines


def _without_attribution(lines: list[str]) -> list[str]:
    """What stands just above our quoted mark: blank lines, and one paragraph that ends with a colon."""
    kept = list(lines)
    while kept and not kept[-1].strip().lstrip("> "):
        kept.pop()
    if kept and kept[-1].rstrip().endswith(":"):
        kept.pop()
        while kept and _begins_attribution(kept[-1]):
            kept.pop()
    return kept


def _names_a_quote(lines: list[str], number: int) -> bool:
    """In any language: a line with an address or an hour that ends with a colon, and quoted lines below it."""
    line = lines[number]
    if not line.rstrip().endswith(":") or not _begins_attribution(line):
        return False
    below = next((each for each in lines[number + 1 : number + 3] if each.strip()), "")
    return below.lstrip().startswith(">")


def _begins_attribution(line: str) -> bool:
    return bool(re.search(r"<[^>\s]+@[^>\s]*>?|\d{1,2}:\d{2}", line[:_LOOKED_AT]))


def _joined(lines: list[str], number: int) -> str:
    """Clients break the line that names who wrote when."""
    return (
        " ".join(line[:_LOOKED_AT].strip().lstrip("> ") for line in lines[number : number + 2])[:_LOOKED_AT]
        if lines[number].strip()
        else ""
    )


def _is_head(lines: list[str], number: int) -> bool:
    """Two lines that look like the head of a letter, one after the other."""
    if not _HEAD.match(lines[number][:_LOOKED_AT].strip()):
        return False
    following = " ".join(line[:_LOOKED_AT].strip() for line in lines[number + 1 : number + 4])
    return following.count(":") >= 2


def _without_signature(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if line.rstrip("\n") in ("-- ", "--") and number:
            return lines[:number]
    return lines
