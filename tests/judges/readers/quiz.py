"""quiz.py CARTRIDGE: pyslet reads each quiz, turns it into QTI 2, and is examined with the answers on standard input.

stdin: {question: [[choice, …], …]}; stdout: {question: {"most": choices allowed, "shares": [share of each answer]}}.
"""

import json
import logging
import sys
import zipfile

from pyslet.imsqtiv1p2p1 import QTIDocument
from pyslet.qtiv2.interactions import ChoiceInteraction
from pyslet.qtiv2.variables import Cardinality, ItemSessionState, Value
from pyslet.xml.structures import Element


def first_or_new(element, kind):
    """The library's own method, which still asks a generator for its `next` as Python 2 did."""
    found = next(element.find_children_depth_first(kind, max_depth=1), None)
    return element.add_child(kind) if found is None else found


def share(item, answer):
    session, asked = ItemSessionState(item), item.ResponseDeclaration[0]
    session.begin_session()
    value = Value.new_value(asked.cardinality, asked.baseType)
    value.set_value(answer[0] if asked.cardinality == Cardinality.single else answer)
    session.map[asked.identifier] = value
    session.end_attempt()
    return session["SCORE"].value / 100


def main():
    logging.disable(logging.CRITICAL)
    Element.get_or_add_child = first_or_new
    answers, items, said = json.load(sys.stdin), [], {}
    with zipfile.ZipFile(sys.argv[1]) as cartridge:
        for name in cartridge.namelist():
            if name.startswith("quizzes/") and name != "quizzes/bank.xml":
                document = QTIDocument()
                document.read(src=cartridge.read(name))
                document.root.Assessment.migrate_to_v2(items)
    for document, _metadata, _log in items:
        item = document.root
        (choices,) = item.find_children_depth_first(ChoiceInteraction)
        shares = [share(item, answer) for answer in answers[item.identifier]]
        said[item.identifier] = {"most": choices.maxChoices, "shares": shares}
    json.dump(said, sys.stdout)


main()
