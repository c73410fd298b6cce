"""The small grants of the demo, with receipts that are drawn; and drawn pictures instead of photos of people."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from koinon.kit.verbs import Actor
from koinon.projects.actions import grants
from koinon.projects.models import Project, SmallGrant

SIZE = (960, 540)
SKY, GRASS, TRUNK, LEAVES, BENCH, PAPER, INK = (
    "#cfe4ee", "#8fb573", "#7a5a3a", "#4f7d4a", "#9a6b3f", "#fbfaf5", "#26323a",
)  # fmt: skip


def load(project: Project, row: dict[str, Any], me: Actor, runs: list[Actor]) -> None:
    """Asked for, approved by two, paid, with receipts; closed when the file says what came back."""
    if "grant" not in row:
        return
    grant = grants.ask(by=me, project=project, amount=Decimal(row["grant"]), purpose=row["purpose"])
    for who in runs[:2]:
        grant = grants.approve(by=who, grant=grant)
    grants.pay(by=runs[0], grant=grant, paid_on=date.today(), reference="DEMO-2026-17")
    for title, amount, ago in row["receipts"]:
        day = date.today() - timedelta(days=ago)
        file = receipt(title, amount)
        made = grants.add_receipt(by=me, grant=grant, title=title, amount=Decimal(amount), spent_on=day, file=file)
        if "returned" in row:
            grants.accept_receipt(by=runs[1], receipt=made)
    if "returned" in row:
        _closed(grant, row, me, runs)


def drawing(seed: str) -> SimpleUploadedFile:
    """A tree, a bench and the sky: no photo, and nobody on it."""
    picture = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 380, *SIZE), fill=GRASS)
    left = 150 + sum(seed.encode()) % 300
    pen.rectangle((left, 230, left + 34, 410), fill=TRUNK)
    pen.ellipse((left - 120, 70, left + 154, 290), fill=LEAVES)
    pen.rectangle((560, 360, 800, 384), fill=BENCH)
    pen.rectangle((560, 300, 800, 320), fill=BENCH)
    for place in (575, 775):
        pen.rectangle((place, 300, place + 12, 440), fill=BENCH)
    return _sent(picture, "drawing.png")


def receipt(title: str, amount: str) -> SimpleUploadedFile:
    """A receipt that says that it is none."""
    picture = Image.new("RGB", (620, 360), PAPER)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=26)
    for number, words in enumerate(("DEMO", title, f"{amount} EUR")):
        pen.text((40, 60 + number * 80), words, fill=INK, font=font)
    return _sent(picture, "receipt.png")


def _closed(grant: SmallGrant, row: dict[str, Any], me: Actor, runs: list[Actor]) -> None:
    grants.settle(by=me, grant=grant)
    amount = Decimal(row["returned"])
    grants.note_returned(by=runs[0], grant=grant, amount=amount, returned_on=date.today(), reference="DEMO-2026-31")
    grants.close(by=runs[1], grant=grant)


def _sent(picture: Image.Image, name: str) -> SimpleUploadedFile:
    drawn = BytesIO()
    picture.save(drawn, "PNG")
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/png")
