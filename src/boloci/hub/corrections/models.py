"""Corrections that people propose in the hub."""

from typing import Any

from django.db import models

ACTIONS = ("replace", "drop", "flag")


class Correction(models.Model):
    """What somebody says of one value, and what somebody else decided.

    The source is asked before it is kept: it is `proposed`. Those of an earlier boloci
    were asked about by a job (`checking`) and may be `unfit`. Later `accepted`,
    `rejected` or `withdrawn`. What was accepted is written to the lake.
    """

    place_id = models.CharField(max_length=80, db_index=True)
    element = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    """A month, 202403."""
    sex = models.CharField(max_length=10, blank=True)
    age = models.CharField(max_length=20, blank=True)
    strategy = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=10)
    value = models.FloatField(null=True)
    """What is right; null where the value is set aside or only marked."""
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    expect = models.FloatField(null=True)
    """What the source says; once it says something else, this no longer counts."""
    correction_id = models.CharField(max_length=160, blank=True, db_index=True)
    """Its name in the register; blank until the source was asked."""
    problems = models.JSONField(default=list)
    """Why it is unfit, as `imports.told.problems` writes it."""
    state = models.CharField(max_length=12, default="checking", db_index=True)
    changed_by = models.CharField(max_length=60, blank=True)
    """Who changed the proposal last, where that was after it was made."""
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    """Why it was decided so."""
    written = models.CharField(max_length=12, blank=True)
    """The state that the lake has of it; blank: none."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Latest first."""

        ordering = ("-id",)

    @property
    def row(self) -> dict[str, Any]:
        """Its row in a file of corrections."""
        names = ("correction_id", "place_id", "element", "period", "sex")
        more = ("age", "strategy", "action")
        return {
            **{name: getattr(self, name) for name in (*names, *more)},
            **{"value": self.value, "expect": self.expect, "reason": self.reason},
            **{"by": self.by, "on": self.at.date(), "status": self.state},
        }

    def __str__(self) -> str:
        return self.correction_id or f"{self.element} {self.period}"
