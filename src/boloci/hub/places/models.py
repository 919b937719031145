"""Places as published, mirrored for records that belong to a place."""

from django.db import models


class Place(models.Model):
    """A published place; closed rather than deleted when a build no longer has it."""

    place_id = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=20, db_index=True)
    path = models.CharField(max_length=600, db_index=True)
    """Ids from the country down, `/a/b/c/`: all below a place share its path."""
    folded = models.CharField(max_length=600, db_index=True)
    """Name and aliases, folded: what search compares."""
    closed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name
