"""Small Moodle backups of true structure, made while the tests run: 3.x and 4.x question banks, files by their sums."""
# ruff: noqa: E501  (samples of XML are easier to read on one line)

import hashlib
import io
import zipfile
from html import escape

from koinon.learning.tests.test_packages import SCORM_12

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
NOTES = b"%PDF-1.4 notes"


def scorm() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in {"imsmanifest.xml": SCORM_12, "my home/index.html": "x", "work.html": "y"}.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


class Backup:
    """Collects the files of a backup; `files()` gives them as name -> content."""

    def __init__(self, *, version: int = 4) -> None:
        self.version = version
        self.written: dict[str, bytes | str] = {}
        self.activities: list[str] = []
        self.sections: dict[int, tuple[list[int], str]] = {}
        self.stored: list[str] = []
        self.bank: list[str] = []

    def section(self, number: int, name: str = "$@NULL@$", summary: str = "", visible: int = 1) -> None:
        self.sections[number] = ([], "")
        self.sections[number] = (
            self.sections[number][0],
            f"<section id='{number}'><number>{number}</number><name>{escape(name)}</name>"
            f"<summary>{escape(summary)}</summary><sequence>%s</sequence><visible>{visible}</visible></section>",
        )

    def activity(
        self,
        id_: int,
        kind: str,
        name: str,
        inner: str,
        *,
        section: int = 1,
        module: str = "",
        grades: str = "",
        root: str = "",
    ):
        """One activity; `inner` is the XML of its own file beside the name, `module` that of module.xml."""
        where = f"activities/{kind}_{id_}"
        self.sections[section][0].append(id_)
        self.activities.append(
            f"<activity><moduleid>{id_}</moduleid><sectionid>{section}</sectionid><modulename>{kind}</modulename>"
            f"<title>{escape(name)}</title><directory>{where}</directory></activity>"
        )
        self.written[f"{where}/{kind}.xml"] = (
            f"<activity id='{id_}' moduleid='{id_}' modulename='{kind}' contextid='{1000 + id_}'>"
            f"<{kind} id='{id_}'><name>{escape(name)}</name>{inner}</{kind}></activity>"
        )
        self.written[f"{where}/module.xml"] = (
            f"<module id='{id_}'><modulename>{kind}</modulename>{module or '<visible>1</visible>'}</module>"
        )
        if grades:
            self.written[f"{where}/grades.xml"] = grades

    def file(
        self,
        context: int,
        component: str,
        area: str,
        name: str,
        content: bytes,
        *,
        path: str = "/",
        item: int = 0,
        there: bool = True,
    ):
        mark = hashlib.sha1(content).hexdigest()
        self.stored.append(
            f"<file id='{len(self.stored)}'><contenthash>{mark}</contenthash><contextid>{context}</contextid>"
            f"<component>{component}</component><filearea>{area}</filearea><itemid>{item}</itemid><filepath>{path}</filepath>"
            f"<filename>{escape(name)}</filename><mimetype>$@NULL@$</mimetype><license>cc</license></file>"
        )
        if there:
            self.written[f"files/{mark[:2]}/{mark}"] = content

    def question(self, id_: int, kind: str, stem: str, plugin: str, *, parent: int = 0, mark: float = 1.0) -> None:
        element = (
            f"<question id='{id_}'><parent>{parent}</parent><name>Question {id_}</name>"
            f"<questiontext>{escape(stem)}</questiontext><generalfeedback></generalfeedback>"
            f"<defaultmark>{mark}</defaultmark><qtype>{kind}</qtype><stamp>site+{id_}</stamp>{plugin}</question>"
        )
        if self.version >= 4:
            element = (
                f"<question_bank_entry id='{id_ + 500}'><question_version><question_versions id='{id_}'><version>1</version>"
                f"<status>ready</status><questions>{element}</questions></question_versions></question_version>"
                "</question_bank_entry>"
            )
        self.bank.append(element)

    def slot(self, place: int, question: int, mark: float = 1.0) -> str:
        if self.version >= 4:
            return (
                f"<question_instance id='{place}'><slot>{place}</slot><maxmark>{mark}</maxmark><question_reference id='{place}'>"
                f"<questionbankentryid>{question + 500}</questionbankentryid></question_reference></question_instance>"
            )
        return (
            f"<question_instance id='{place}'><slot>{place}</slot><questionid>{question}</questionid>"
            f"<maxmark>{mark}</maxmark></question_instance>"
        )

    def files(self) -> dict[str, bytes | str]:
        """Everything, as Moodle writes it."""
        sections = ""
        for number, (sequence, xml) in self.sections.items():
            sections += f"<section><sectionid>{number}</sectionid><title>{number}</title><directory>sections/section_{number}</directory></section>"
            self.written[f"sections/section_{number}/section.xml"] = xml % ",".join(map(str, sequence))
        holder = "question_bank_entries" if self.version >= 4 else "questions"
        return {
            ".ARCHIVE_INDEX": "Moodle archive file index.",
            "moodle_backup.xml": "<?xml version='1.0'?><moodle_backup><information><original_wwwroot>https://school.example"
            "</original_wwwroot><original_course_id>7</original_course_id><contents><activities>"
            f"{''.join(self.activities)}</activities><sections>{sections}</sections></contents></information></moodle_backup>",
            "course/course.xml": "<course id='7' contextid='20'><fullname>Gardens &amp; soils</fullname>"
            "<summary>&lt;p&gt;All about &lt;b&gt;soil&lt;/b&gt;&lt;/p&gt;</summary><lang>el</lang></course>",
            "questions.xml": "<question_categories><question_category id='1'><name>Soils</name><contextid>20</contextid>"
            f"<{holder}>{''.join(self.bank)}</{holder}></question_category></question_categories>",
            "files.xml": f"<files>{''.join(self.stored)}</files>",
            "users.xml": "<users><user id='3'><username>maria</username></user></users>",
            **self.written,
        }


def answers(*rows: tuple[int, str, float], feedback: str = "") -> str:
    return "<answers>" + "".join(
        f"<answer id='{id_}'><answertext>{escape(text)}</answertext><fraction>{share}</fraction><feedback>{feedback}</feedback></answer>"
        for id_, text, share in rows
    ) + "</answers>"  # fmt: skip


def choices(*rows: tuple[int, str, float], single: int = 1) -> str:
    return (
        f"<plugin_qtype_multichoice_question>{answers(*rows, feedback='Look again')}<multichoice id='1'><single>{single}</single>"
        "<shuffleanswers>1</shuffleanswers><correctfeedback>Well done</correctfeedback><partiallycorrectfeedback>Nearly</partiallycorrectfeedback></multichoice></plugin_qtype_multichoice_question>"
    )


def with_bank(backup: Backup) -> Backup:
    """Questions of every kind we know, one we do not, and a random one."""
    backup.file(20, "question", "questiontext", "soil.png", PICTURE, item=1)
    backup.question(
        1,
        "multichoice",
        "<p>Which? <img src='@@PLUGINFILE@@/soil.png' alt='Soil'></p>",
        choices((11, "Loam", 1), (12, "Sand", 0)),
        mark=2,
    )
    backup.question(2, "multichoice", "Which ones?", choices((13, "A", 0.5), (14, "B", 0.5), (15, "C", -0.5), single=0))
    backup.question(
        3,
        "truefalse",
        "Sand holds water",
        answers((16, "True", 0), (17, "False", 1))
        + "<truefalse id='1'><trueanswer>16</trueanswer><falseanswer>17</falseanswer></truefalse>",
    )
    backup.question(
        4,
        "shortanswer",
        "Name one",
        answers((18, "loam*", 1)) + "<shortanswer id='1'><usecase>1</usecase></shortanswer>",
    )
    backup.question(
        5,
        "numerical",
        "How many?",
        answers((19, "3.5", 1))
        + "<numerical_records><numerical_record id='1'><answer>19</answer><tolerance>0.5</tolerance></numerical_record></numerical_records>",
    )
    backup.question(
        6,
        "match",
        "Match",
        "<matches><match id='1'><questiontext>Dog</questiontext><answertext>Wuff</answertext></match><match id='2'><questiontext>Cat</questiontext><answertext>Miau</answertext></match><match id='3'><questiontext></questiontext><answertext>Muh</answertext></match></matches>",
    )
    backup.question(7, "essay", "Write", "")
    backup.question(
        8, "multianswer", "It is {#1} and {#2}.", "<multianswer id='1'><sequence>81,82</sequence></multianswer>"
    )
    backup.question(81, "shortanswer", "", answers((20, "wet", 1)), parent=8)
    backup.question(82, "multichoice", "", choices((21, "cold", 1), (22, "hot", 0)), parent=8)
    backup.question(9, "ordering", "Order", answers((31, "second", 2), (30, "first", 1)))
    backup.question(10, "gapselect", "A [[1]] and a [[2]]", answers((41, "spade", 1), (42, "rake", 1), (43, "car", 0)))
    backup.question(90, "calculated", "x = ?", answers((51, "{a}", 1)))
    backup.question(91, "random", "0", "")
    return backup


def whole(version: int = 4) -> dict[str, bytes | str]:
    """A course with activities of all kinds."""
    backup = with_bank(Backup(version=version))
    backup.section(0)
    backup.section(1, "Soil", "<p>We begin. <img src='@@PLUGINFILE@@/a.png'></p>")
    backup.section(2, visible=0)
    add = backup.activity
    add(5, "forum", "News", "<type>news</type><intro>x</intro>", section=0)
    add(
        10,
        "page",
        "What soil is",
        "<intro>i</intro><content>&lt;p&gt;Soil &lt;img src='@@PLUGINFILE@@/a%20b.png' alt='A hand'&gt;&lt;script&gt;x()&lt;/script&gt;&lt;img src='@@PLUGINFILE@@/gone.png'&gt;&lt;/p&gt;</content>",
        module="<visible>1</visible><completion>2</completion><completionview>1</completionview>",
    )
    backup.file(1010, "mod_page", "content", "a b.png", PICTURE + b"2")
    backup.file(1010, "mod_page", "content", ".", b"")
    add(
        11,
        "label",
        "Label",
        "<intro>&lt;h4&gt;Read first&lt;/h4&gt;</intro>",
        module="<visible>1</visible><completion>0</completion>",
    )
    add(
        12,
        "url",
        "Atlas",
        "<intro></intro><externalurl>https://soil.example/</externalurl>",
        module="<visible>0</visible>",
    )
    add(13, "resource", "Notes", "<intro></intro>")
    backup.file(1013, "mod_resource", "content", "notes.pdf", NOTES)
    add(14, "folder", "Papers", "<intro></intro>")
    backup.file(1014, "mod_folder", "content", "one.pdf", NOTES + b"1")
    backup.file(1014, "mod_folder", "content", "two.pdf", NOTES + b"2", path="/more/")
    backup.file(1014, "mod_folder", "content", "lost.pdf", NOTES + b"3", there=False)
    add(
        15,
        "book",
        "Handbook",
        "<intro></intro><chapters><chapter id='2'><pagenum>2</pagenum><title>Two</title><content>Second</content><hidden>1</hidden></chapter><chapter id='1'><pagenum>1</pagenum><title>One</title><content>First</content><hidden>0</hidden></chapter></chapters>",
    )
    slots = "".join(backup.slot(place, id_, 2.0 if id_ == 1 else 3.0) for place, id_ in enumerate((4, 1, 91, 90), 1))
    add(
        16,
        "quiz",
        "Test",
        f"<intro></intro><timelimit>600</timelimit><attempts_number>2</attempts_number><shuffleanswers>1</shuffleanswers><question_instances>{slots}</question_instances>",
        grades="<activity_gradebook><grade_items><grade_item id='1'><grademax>10.0</grademax><gradepass>7.0</gradepass></grade_item></grade_items></activity_gradebook>",
        module="<visible>1</visible><completion>2</completion><completionview>1</completionview><completiongradeitemnumber>0</completiongradeitemnumber>",
        section=2,
    )
    add(
        17,
        "assign",
        "Your garden",
        "<intro>Show it</intro><grade>20</grade><plugin_configs><plugin_config id='1'><plugin>file</plugin><subtype>assignsubmission</subtype><name>enabled</name><value>1</value></plugin_config></plugin_configs>",
        section=2,
    )
    add(
        18,
        "forum",
        "Talk",
        "<type>general</type><intro>What grows?</intro><completionposts>2</completionposts>",
        module="<visible>1</visible><completion>2</completion><availability>{&quot;op&quot;:&quot;&amp;&quot;,&quot;c&quot;:[{&quot;type&quot;:&quot;date&quot;}]}</availability>",
        section=2,
    )
    add(19, "scorm", "Fire", "<intro></intro>", section=2)
    backup.file(1019, "mod_scorm", "package", "fire.zip", scorm())
    add(20, "h5pactivity", "Game", "<intro></intro>", section=2)
    backup.file(1020, "mod_h5pactivity", "package", "game.h5p", b"PK\x03\x04 broken")
    add(
        21,
        "feedback",
        "How was it",
        "<intro></intro><items><item id='1'><name>Liked?</name><presentation>r>>>>>Yes|No<<<<<1</presentation><typ>multichoice</typ><position>1</position></item><item id='2'><name>Why?</name><presentation></presentation><typ>textarea</typ><position>2</position></item></items>".replace(
            ">>>>>", "&gt;&gt;&gt;&gt;&gt;"
        ).replace("<<<<<", "&lt;&lt;&lt;&lt;&lt;"),
        section=2,
    )
    add(
        22,
        "choice",
        "When?",
        "<intro></intro><allowmultiple>0</allowmultiple><options><option id='1'><text>Monday</text></option><option id='2'><text>Friday</text></option></options>",
        section=2,
    )
    add(
        23,
        "glossary",
        "Words",
        "<intro></intro><entries><entry id='1'><concept>Loam</concept><definition>A soil</definition></entry></entries>",
        section=2,
    )
    add(
        24,
        "lesson",
        "Steps",
        "<intro></intro><pages><page id='8'><prevpageid>7</prevpageid><nextpageid>9</nextpageid><qtype>20</qtype><title>B</title><contents>b</contents></page><page id='7'><prevpageid>0</prevpageid><nextpageid>8</nextpageid><qtype>20</qtype><title>A</title><contents>a</contents></page><page id='9'><prevpageid>8</prevpageid><nextpageid>0</nextpageid><qtype>3</qtype><title>Q</title><contents>q</contents></page></pages>",
        section=2,
    )
    add(25, "wiki", "Wiki", "<intro></intro>", section=2)
    add(26, "lti", "Tool", "<intro></intro>", section=2)
    return backup.files()
