"""Files that wait for a decision, and each publishing of figures."""

from django.db import models


class Publication(models.Model):
    """One publishing: what is done before it, how far it is, what it gave."""

    UNDER_WAY = ("waiting", "building")

    by = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    undoes = models.CharField(max_length=40, blank=True)
    """Id of a snapshot that is taken back first."""
    restores = models.CharField(max_length=40, blank=True)
    """Id of a snapshot that is brought back first."""
    state = models.CharField(max_length=12, default="waiting")
    """waiting, building, published, failed."""
    share = models.FloatField(default=0.0)
    """How much of it is done, 0 to 1."""
    problems = models.JSONField(default=list)
    """Why it failed, as `told.problems` writes it."""
    build = models.CharField(max_length=40, blank=True)

    class Meta:
        """Latest first."""

        ordering = ("-id",)

    @property
    def under_way(self) -> bool:
        """Whether its end is still to come."""
        return self.state in self.UNDER_WAY

    def __str__(self) -> str:
        return self.build or self.state


class Upload(models.Model):
    """Files of one upload: read and told, then kept or discarded by a person."""

    UNDER_WAY = ("reading", "keeping")
    WAITING = ("reading", "understood", "refused", "keeping")

    by = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    files = models.JSONField(default=list)
    """Names of the files, as they lie in its folder."""
    digest = models.CharField(max_length=64, blank=True)
    """What the files hold, whatever their names; blank: sent before this was kept."""
    replace = models.BooleanField(default=False)
    """The files are the whole of their data sets, places and periods."""
    state = models.CharField(max_length=12, default="reading")
    """reading, understood, refused, keeping, kept, discarded."""
    share = models.FloatField(default=0.0)
    report = models.JSONField(null=True)
    """What was understood and what is doubtful, as `told.report` writes it."""
    problems = models.JSONField(default=list)
    """Why it was refused."""
    snapshot = models.CharField(max_length=40, blank=True)
    """The import that it became."""
    publication = models.ForeignKey(Publication, null=True, on_delete=models.PROTECT)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Latest first."""

        ordering = ("-id",)

    @property
    def under_way(self) -> bool:
        """Whether a job is at it, or is publishing what it brought."""
        publishing = self.publication is not None and self.publication.under_way
        return self.state in self.UNDER_WAY or publishing

    def __str__(self) -> str:
        return ", ".join(self.files)
