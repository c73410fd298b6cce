"""A programme in other languages, by people."""

from koinon.kit import prose
from koinon.kit.languages import texts
from koinon.kit.verbs import Actor, verb
from koinon.programmes.actions.programmes import NOT_YOURS
from koinon.programmes.models import Programme
from koinon.programmes.rules import programmes as rules


@verb("programmes.translated", rule=rules.may_run, refusal=NOT_YOURS)
def translate(*, by: Actor, programme: Programme, language: str, name: str, text: str) -> Programme:
    """Its name and what it is about in one more language; what is left empty is shown in the original again."""
    title = prose.said(name, "name", 160, is_line=True)
    words = prose.said(text, "text", 10_000)
    names = {code: said for code, said in programme.names.items() if code != language}
    if language != programme.language:
        programme.names = {**names, language: title} if title else names
        programme.save(update_fields=["names"])
        texts.write(noun=programme, field="about", language=language, text=words, person=by.person)
    return programme
