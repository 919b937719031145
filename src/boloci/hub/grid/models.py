"""A month of a place as a team types it."""

from django.db import models

from boloci.hub.imports.models import Publication

OPEN = ("draft", "sending")


class Month(models.Model):
    """What somebody types for one place and month: a draft first, then an import."""

    place_id = models.CharField(max_length=80)
    period = models.CharField(max_length=6)
    by = models.CharField(max_length=60)
    """Who typed last."""
    at = models.DateTimeField(auto_now=True)
    state = models.CharField(max_length=12, default="draft")
    """draft, sending, sent, taken_back, discarded."""
    cells = models.JSONField(default=dict)
    """Cells of the form that differ from what is known: key -> text as typed."""
    rows = models.JSONField(default=list)
    """What is sent: rows of the tidy table of values."""
    problems = models.JSONField(default=list)
    """Why the last sending failed."""
    snapshot = models.CharField(max_length=40, blank=True)
    """The import that it became."""
    publication = models.ForeignKey(Publication, null=True, on_delete=models.PROTECT)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Latest first; one that is open a place and month."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["place_id", "period"],
                condition=models.Q(state__in=OPEN),
                name="one_open_month",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place_id} {self.period}"
