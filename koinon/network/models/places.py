"""Places of the gazetteer."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Place(models.Model):
    """A place of the gazetteer; `id` is its GeoNames number. `keys` are folded spellings in every script."""

    id = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=120)
    native = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    latitude = models.FloatField()
    longitude = models.FloatField()
    population = models.PositiveIntegerField(default=0)
    zone = models.CharField(max_length=60)
    spellings = models.JSONField(default=list)
    keys = models.TextField()

    class Meta:
        ordering = ["-population", "id"]
        indexes = [
            GinIndex(fields=["keys"], opclasses=["gin_trgm_ops"], name="place_keys"),
            models.Index(fields=["country", "-population"], name="place_by_country"),
        ]

    def __str__(self) -> str:
        return self.name
