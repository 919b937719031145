"""Comments and actions on what the hub shows, and when a person last looked."""

import datetime

from django.db import models
from django.utils import timezone

from boloci.hub.people.models import User

STATUSES = ("open", "doing", "done", "dropped")
UNFINISHED = ("open", "doing")


class About(models.Model):
    """What a record is about: a place, an indicator, a chart or a finding.

    kind and key as `boloci.hub.inbox.about` reads them.
    """

    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=200)
    place_id = models.CharField(max_length=80, db_index=True)
    """Id of a published place: who works there or above may read the record."""
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    mentions = models.ManyToManyField(User, related_name="+")
    """People whom the text names, `@awa`."""

    class Meta:
        """Latest first."""

        abstract = True
        ordering = ("-id",)


class Comment(About):
    """A remark. Plain text: signs of HTML in it are shown as they were typed."""

    def __str__(self) -> str:
        return self.text[:60]


class Action(About):
    """Something to be done by somebody until a day."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="actions")
    due = models.DateField()
    status = models.CharField(
        max_length=8, default="open", choices=[(s, s) for s in STATUSES]
    )
    evidence = models.TextField(blank=True)
    """What shows that it was done."""
    version = models.PositiveIntegerField(default=1)

    @property
    def unfinished(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status in UNFINISHED

    @property
    def overdue(self) -> bool:
        """Whether its day has passed without an end."""
        today: datetime.date = timezone.localdate()
        return self.unfinished and self.due < today

    def __str__(self) -> str:
        return self.text[:60]


class Seen(models.Model):
    """When a person last said "I have read this", and the figures of then."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="seen")
    build = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.build
