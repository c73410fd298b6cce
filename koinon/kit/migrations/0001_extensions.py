"""What PostgreSQL must be able to do: vectors, trigrams, unaccented words, exclusion of overlapping periods."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations
from pgvector.django import VectorExtension


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [VectorExtension(), TrigramExtension(), UnaccentExtension(), BtreeGistExtension()]
