"""Users, their tokens, and the audit of every write."""

import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

ROLES = (
    "viewer",
    "district_manager",
    "coach",
    "vaccinator",
    "logistics",
    "analyst",
    "administrator",
)
SEE_EVERYTHING = ("analyst", "administrator")
"""Roles that see every place of the country; the others see theirs and below."""
OF_A_PLACE = ("district_manager", "coach", "vaccinator", "logistics")
"""Roles that write for a place: it must be named, be it the country's own name."""


class Users(BaseUserManager["User"]):
    """Finding users; `boloci.hub.people.actions` makes and changes them."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of a name, whatever its case."""
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person with a role, for a place and all below it."""

    username = models.CharField(max_length=60, unique=True)
    """Lower case."""
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=[(r, r) for r in ROLES])
    place_id = models.CharField(max_length=80, blank=True)
    """Id of a published place; blank: the whole country."""
    language = models.CharField(max_length=2, blank=True)
    """Blank: the workspace's."""
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    """Made by the demo with a password that was printed: never served to a network."""
    must_change = models.BooleanField(default=False)
    """The password came from an administrator: the next sign-in asks for another."""
    created = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ("name", "role")
    objects = Users()

    @property
    def sees_everything(self) -> bool:
        """Whether this person sees every place of the country."""
        return self.role in SEE_EVERYTHING or not self.place_id

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used: `boloci.hub.rights` decides."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's own permissions are not used."""
        return False

    def __str__(self) -> str:
        return self.username


class ApiToken(models.Model):
    """A key with which a program reads the API as its owner.

    `boloci.hub.people.tokens` makes and finds them. Only a hash is kept.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    """What the owner calls it, `report of the ministry`."""
    start = models.CharField(max_length=12)
    """Its first signs: by them people tell one from another."""
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    last_used = models.DateField(null=True)

    @property
    def is_usable(self) -> bool:
        """Neither revoked nor expired, its owner's account open."""
        now: datetime.datetime = timezone.now()
        return self.revoked is None and now < self.expires and self.user.is_active

    def __str__(self) -> str:
        return f"{self.start}…"


class AuditRow(models.Model):
    """One write: who, when, what, before and after. Never changed, never removed."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.CharField(max_length=60)
    """User name, `command line`, or the job's name."""
    action = models.CharField(max_length=60, db_index=True)
    about = models.CharField(max_length=160, db_index=True)
    """Kind and number of the record, `correction 12`."""
    place_id = models.CharField(max_length=80, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        """Latest first."""

        ordering = ("-id",)
