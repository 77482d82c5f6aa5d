"""People: the account one logs in with, and what one said about oneself."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager as DjangoUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import NameKeyField
from .names import display_name, name_key

LOWEST_AGE, HIGHEST_AGE = 13, 130


class UserQuerySet(models.QuerySet["User"]):
    def present(self) -> Self:
        """Accounts that have not been erased."""
        return self.filter(erased_at=None)

    def named(self, login: str) -> Self:
        """Whoever has this login, or one that cannot be told from it by eye."""
        return self.filter(username_key=name_key(login))


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Any:  # Any: the manager is made by a factory.
        """Find by login without case and look-alikes: `createsuperuser` asks here whether it is free."""
        return self.get(username_key=name_key(username or ""))


class User(AbstractUser):
    """An account. `username` is the login; erased accounts stay as emptied authors of what the log keeps."""

    username = models.CharField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[AbstractUser.username_validator],
        error_messages={"unique": _("This username is taken.")},
    )
    first_name = models.CharField(_("first names"), max_length=150, blank=True)
    last_name = models.CharField(_("surnames"), max_length=150, blank=True)
    username_key = NameKeyField(_("username key"), source="username", unique=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username_key"]
        indexes = [
            # user.list: the erased, whose logins begin alike, would be read one by one to be left out
            models.Index(
                fields=["username_key"],
                condition=models.Q(is_active=True, erased_at=None),
                name="user_listed",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def display_name(self) -> str:
        """First names and surnames; the login where there are none."""
        return display_name(self.first_name, self.last_name, self.username)

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None


class Profile(models.Model):
    """What a person said about themselves. Others see age and gender where the person wants them to."""

    class Gender(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        OTHER = "other", _("other")
        UNDISCLOSED = "undisclosed", _("prefer not to say")

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="profile", verbose_name=_("person")
    )
    age = models.PositiveSmallIntegerField(_("age"), help_text=_("As stated on the day given below."))
    age_stated_on = models.DateField(_("age stated on"), default=timezone.localdate)
    gender = models.CharField(_("gender"), max_length=16, choices=Gender.choices)
    language = models.CharField(_("language"), max_length=8, blank=True)
    shows_age = models.BooleanField(_("others see the age"), default=False, db_default=False)
    shows_gender = models.BooleanField(_("others see the gender"), default=False, db_default=False)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(age__gte=LOWEST_AGE, age__lte=HIGHEST_AGE), name="profile_age_is_plausible"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    def age_on(self, day: date) -> int:
        """The stated age and the full years since: it does not go stale, and no birth date is kept."""
        since = self.age_stated_on
        birthday_ahead = (day.month, day.day) < (since.month, since.day)
        return self.age + max(0, day.year - since.year - birthday_ahead)
