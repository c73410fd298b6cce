"""Did this letter come from where its From line says? What the site's own mail server found out (RFC 8601). Pure.

Anybody can write the header `Authentication-Results`: only the topmost one with the name of our own mail server counts,
and one that we do not understand to its last sign counts for nothing.
"""

import re
from dataclasses import dataclass
from email.message import EmailMessage

_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"();=])+', re.DOTALL)
_VALUE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"();])+', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Unclear(ValueError):  # noqa: N818
    """A header that does not follow the grammar."""


@dataclass(frozen=True)
class Result:
    """One finding: `method` (dkim, spf, dmarc, ...), its `result`, and facts such as {"header.from": "example.org"}."""

    method: str
    result: str
    facts: dict[str, str]


def is_proved(message: EmailMessage, sender: str, authority: str) -> bool:
    """Does the header of `authority` (an authserv-id) say that the letter comes from the domain of `sender`?"""
    domain = _domain(sender)
    results = _results(message, authority) if domain else []
    if any(each.method == "dmarc" and each.result == "fail" for each in results):
        return False
    return any(each.result == "pass" and _speaks_for(each, domain) for each in results)


def parse(value: str) -> tuple[str, list[Result]]:
    """The authserv-id (lower case) and the findings of one unfolded header; raises Unclear."""
    reader = _Reader(value)
    name = reader.word().lower()
    if reader.peek() not in ("", ";") and reader.word() != "1":
        raise Unclear("another version")
    results = []
    while reader.peek() == ";":
        reader.sign(";")
        if (found := _result(reader)) is not None:
            results.append(found)
    if reader.peek():
        raise Unclear("more than findings")
    return name, results


def _results(message: EmailMessage, authority: str) -> list[Result]:
    """What the topmost header of `authority` says; as it came over the wire, since decoding could make names up."""
    for name, value in message.raw_items():
        if name.lower() != "authentication-results":
            continue
        try:
            said, results = parse(str(value))
        except Unclear:
            if _name_of(str(value)) == authority.lower():
                return []
            continue
        if said == authority.lower():
            return results
    return []


def _name_of(value: str) -> str:
    """The authserv-id of a header whose rest cannot be read; "" if not even that."""
    try:
        return _Reader(value).word().lower()
    except Unclear:
        return ""


def _result(reader: "_Reader") -> Result | None:
    """`method[/version]=result reason=… ptype.property=…`; None for `none` and for nothing after the last semicolon."""
    if reader.peek() in ("", ";"):
        return None
    method = reader.word().lower()
    if method == "none" and reader.peek() in ("", ";"):
        return None
    result, facts = _after_sign(reader, method), {}
    while reader.peek() not in ("", ";"):
        key = reader.word().lower()
        if key in facts:
            raise Unclear("said twice")
        facts[key] = _after_sign(reader, key)
    return Result(method.partition("/")[0], result.lower(), facts)


def _after_sign(reader: "_Reader", key: str) -> str:
    reader.sign("=")
    return reader.value()


def _speaks_for(found: Result, domain: str) -> bool:
    """DMARC names the From domain itself; a signature or an envelope must be of that domain or of one above it."""
    if found.method == "dmarc":
        return _domain(found.facts.get("header.from", "")) == domain
    if found.method == "dkim":
        return _is_above(_domain(found.facts.get("header.d") or found.facts.get("header.i", "")), domain)
    return found.method == "spf" and _is_above(_domain(found.facts.get("smtp.mailfrom", "")), domain)


def _is_above(upper: str, domain: str) -> bool:
    return "." in upper and (domain == upper or domain.endswith("." + upper))


def _domain(address: str) -> str:
    """The domain of an address or the domain itself, as it stands in the wire's form (xn--…); "" if it is none."""
    name = address.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return ""


class _Reader:
    """Reads words, values and signs, and passes over white space and comments in between."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def peek(self) -> str:
        """The next sign that counts, "" at the end."""
        while self.at < len(self.text) and (self.text[self.at].isspace() or self.text[self.at] == "("):
            self.at = self._after_comment() if self.text[self.at] == "(" else self.at + 1
        return self.text[self.at : self.at + 1]

    def sign(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise Unclear(f"no {wanted}")
        self.at += 1

    def word(self) -> str:
        return self._match(_WORD)

    def value(self) -> str:
        return self._match(_VALUE)

    def _match(self, pattern: re.Pattern[str]) -> str:
        self.peek()
        found = pattern.match(self.text, self.at)
        if found is None:
            raise Unclear("no word")
        self.at = found.end()
        if self.text[self.at : self.at + 1] == '"':
            raise Unclear("a quotation without end")
        parts = re.split(r'("(?:[^"\\]|\\.)*")', found[0], flags=re.DOTALL)
        return "".join(_ESCAPED.sub(r"\1", part[1:-1]) if part.startswith('"') else part for part in parts)

    def _after_comment(self) -> int:
        depth, at = 0, self.at
        while at < len(self.text):
            sign = self.text[at]
            depth += (sign == "(") - (sign == ")")
            at += 2 if sign == "\\" else 1
            if depth == 0:
                return at
        raise Unclear("a comment without end")
