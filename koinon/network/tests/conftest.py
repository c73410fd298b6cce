"""A letter, and a folder for files that goes with the test."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from koinon.kit import files

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def pdf():
    """A letter as somebody uploads it."""
    return SimpleUploadedFile("decision.pdf", PDF, content_type="application/pdf")


@pytest.fixture
def letter(db, pdf):
    """A letter that is kept."""
    return files.keep_document(file=pdf, person=None)
