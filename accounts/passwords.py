"""What a password must be, besides not in the list of common ones and not like one's own names."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .names import name_key

SHORTEST, LONGEST = 10, 128
# What somebody would try first at this very place.
CONTEXT_WORDS = (
    "chat",
    "password",
    "contraseña",
    "пароль",
    "admin",
    "welcome",
    "bienvenido",
    "qwerty",
    "йцукен",
)


class LengthValidator:
    """Between ten and 128 characters, every one of which counts; nothing about what they are."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) < SHORTEST:
            message = _("Use at least %(count)d characters.") % {"count": SHORTEST}
            raise ValidationError(message, code="password_too_short")
        if len(password) > LONGEST:
            message = _("Use at most %(count)d characters.") % {"count": LONGEST}
            raise ValidationError(message, code="password_too_long")

    def get_help_text(self) -> str:
        return _("At least %(count)d characters. A short sentence is good.") % {"count": SHORTEST}


class ContextValidator:
    """Refuse what is little more than a word of this place or a name of one's own, or one character again and again."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        rest = name_key(password)
        for word in (*CONTEXT_WORDS, str(settings.SITE_NAME), str(settings.DEFAULT_ROOM_NAME), *_names(user)):
            rest = rest.replace(name_key(word), "")
        letters = {character for character in rest if character.isalpha()}
        if (len(letters) < 2 and len(set(rest)) < 5) or len(set(password)) < 4:
            raise ValidationError(_("This password is too easy to guess here."), code="password_of_the_place")

    def get_help_text(self) -> str:
        return ""


def _names(user: AbstractBaseUser | None) -> list[str]:
    said = [str(getattr(user, field, "")) for field in ("username", "first_name", "last_name")]
    return [word for name in said for word in name.split() if len(word) > 2]


class UnlikeOneselfValidator(UserAttributeSimilarityValidator):
    """Refuse what is made of the person's own names; said when it happens, not beforehand."""

    def get_help_text(self) -> str:
        return ""


class UncommonValidator(CommonPasswordValidator):
    """Refuse what stands in the lists of stolen passwords; said when it happens, not beforehand."""

    def get_help_text(self) -> str:
        return ""
