"""From a template to a badge: who trains writes without JavaScript and teaches by keyboard, who learns has a phone."""

from datetime import date, timedelta
from io import BytesIO

from PIL import Image
from playwright.sync_api import expect

from koinon.learning.tests import moodle
from koinon.learning.tests.hostile import tarred
from tests.browser import PHONE
from tests.screens import SERRES

NURSE = "nurse@demo.koinon.example"
TITLE, BADGE = "Ask for one figure", "Asks for figures"
PAGE = "Every budget has a table of revenue. Find it, and write down the largest line."


def test_from_a_template_to_a_badge_that_a_stranger_checks(walk):
    trainer = walk(who=SERRES, javascript=False)
    course = _writes(trainer)
    _offers_a_badge(trainer)
    run, link = _opens_a_run(trainer, course)

    learner = walk(PHONE, who=NURSE)
    _learns(learner, link)
    _accepts_by_keyboard(walk(who=SERRES), run)

    learner.go("/badges/")
    learner.until(lambda: BADGE in learner.text())
    learner.follow(BADGE)
    check = learner.page.locator("main a[href$='/check/']").get_attribute("href")
    _checks(walk(), check)


def _writes(trainer):
    """A course from a template; gives its address."""
    trainer.go("/courses/new/")
    trainer.page.locator("[name=title]").fill(TITLE)
    trainer.page.locator("[name=start][value=training]").check()
    trainer.submit()
    course = trainer.page.url.removeprefix(trainer.site.url).removesuffix("write/")

    trainer.follow("How it is done")
    trainer.page.locator("#pieces textarea").first.fill(PAGE)
    trainer.submit("#page")

    trainer.go(f"{course}write/")
    trainer.follow("Check yourself")
    trainer.touch("aside a[href$='/questions/']")
    trainer.touch("main a[href*='/questions/new/short/']")
    trainer.page.locator("[name=stem]").fill("What is the largest line called?")
    trainer.page.locator("[name=lines]").fill("grants\ngrant")
    trainer.submit()

    trainer.go(f"{course}write/")
    for name in ("How was it?", "Look back"):
        trainer.touch(f"#tree li:has(a:text-is('{name}')) button[value=remove]")
    trainer.go(f"{course}write/check/")
    trainer.touch("main form[action$='/check/publish/'] button")
    trainer.is_at(course)
    return course


def _offers_a_badge(trainer):
    trainer.go("/issuers/municipality-of-serres/desk/new/")
    trainer.page.locator("[name=name]").first.fill(BADGE)
    trainer.page.locator("[name=criterion]").first.fill("Has asked a council one question with a figure in it.")
    trainer.page.locator("select[name=course]").select_option(label=TITLE)
    trainer.page.locator("[name=is_automatic]").check()
    trainer.submit()


def _opens_a_run(trainer, course):
    """Open for enrolment; gives its address and the link that lets people in."""
    trainer.go(f"{course}runs/new/")
    trainer.page.locator("[name=starts_on]").fill(str(date.today()))
    trainer.page.locator("[name=ends_on]").fill(str(date.today() + timedelta(days=30)))
    trainer.submit()
    trainer.touch("main button[form=announce]")
    run = trainer.page.url.removeprefix(trainer.site.url)
    trainer.touch("main a[href$='/teach/people/']")
    return run, trainer.page.locator("#link .k-codes").inner_text().strip()


def _learns(learner, link):
    """Enrols by the link, reads, answers, shows what was done."""
    learner.go(link)
    learner.submit()
    learner.go("/learn/")
    learner.touch(f"main section:has(h2 a:text-is('{TITLE}')) .k-buttons a.btn")
    for _ in range(2):
        learner.press("I have read this")
    learner.press("Begin")
    learner.page.locator(".l-question input[type=text]").fill("Grant")
    learner.touch("main button[value=hand_in]")
    expect(learner.page.locator("#answers")).to_be_visible()
    learner.touch("main .l-onward a[rel=next]")
    learner.press("I have read this")
    learner.page.locator("[name=text]").fill("I asked the council what the largest grant is for. They answered.")
    photo = {"name": "council.png", "mimeType": "image/png", "buffer": _picture()}
    learner.page.locator("[name=photos]").set_input_files(files=[photo])
    learner.touch("main form[action$='/show/'] button.btn-primary")
    expect(learner.page.locator("#evidence")).to_contain_text("They answered.")


def _picture():
    written = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(written, "PNG")
    return written.getvalue()


def _accepts_by_keyboard(teacher, run):
    """Never a mouse: Tab to what waits, points, and Alt A."""
    teacher.go(run)
    teacher.tab_to("main a[href$='/teach/mark/']")
    teacher.page.keyboard.press("Enter")
    teacher.page.wait_for_url("**/runs/practice/**")
    teacher.look()
    for field, points in (("points_done", "2"), ("points_learnt", "1"), ("feedback", "Well asked.")):
        teacher.tab_to(f"[name={field}]")
        teacher.page.keyboard.type(points)
    teacher.page.keyboard.press("Alt+a")
    teacher.page.wait_for_url(lambda url: "/runs/practice/" not in url)
    teacher.look()


def _checks(stranger, address):
    """Not signed in: the badge is valid, and whose it is they learn only by knowing whom to ask for."""
    stranger.go(address)
    expect(stranger.page.locator("main .k-findings__row--good").first).to_be_visible()
    assert not stranger.page.locator("main .k-findings__row--bad").count(), stranger.text()
    assert NURSE not in stranger.text()
    for words, answer in (("somebody.else@example.org", "It does not fit"), (NURSE, "It fits")):
        stranger.page.locator("main form.k-form input[type=text], main form.k-form input[type=email]").first.fill(words)
        stranger.submit()
        stranger.sees(answer)


def test_an_old_course_is_brought_along_and_what_is_left_out_is_read(walk, tmp_path):
    """The backup of a Moodle course: the report says item by item what is left out and why; then it is a draft."""
    file = tarred(tmp_path / "soil.mbz", moodle.whole())
    trainer = walk(who=SERRES)
    trainer.go("/course-imports/")
    trainer.page.locator("[name=upload]").set_input_files(str(file))
    trainer.submit()
    expect(trainer.main).to_contain_text("Please read what changes", timeout=60_000)
    trainer.touch("main a[href^='?show=dropped']")
    left_out = trainer.page.locator("main .k-item", has_text="lost.pdf")
    expect(left_out).to_contain_text("Its file is not in the archive.")
    trainer.press("Take it as a course")
    expect(trainer.main).to_contain_text("It is a draft now", timeout=60_000)
    trainer.follow("Open the course")
    trainer.sees("What soil is")
    trainer.sees("Handbook")
