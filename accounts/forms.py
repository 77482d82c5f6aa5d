"""What people say about themselves: at sign-up, on the page and by a program, and in their profile later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import HIGHEST_AGE, LOWEST_AGE, Profile, User
from .names import PERSON_NAME_LENGTHS, NameRefused, check_person_name


class GenderField(forms.ChoiceField):
    """A choice that understands other words for it: programs may send `f`, `FEMALE` or the label."""

    def to_python(self, value: Any) -> str:  # Any: whatever a program has sent.
        said = str(value or "").strip().casefold()
        for gender in Profile.Gender:
            if said in {gender.value, gender.value[0], str(gender.label).casefold()}:
                return gender.value
        return said


class PersonForm(forms.Form):
    """Names, age and gender."""

    first_name = forms.CharField(
        label=_("First names"),
        max_length=PERSON_NAME_LENGTHS.stop - 1,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Surnames"),
        max_length=PERSON_NAME_LENGTHS.stop - 1,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    age = forms.IntegerField(
        label=_("Age"),
        min_value=LOWEST_AGE,
        max_value=HIGHEST_AGE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    gender = GenderField(
        label=_("Gender"),
        choices=[("", ""), *Profile.Gender.choices],
        widget=forms.Select(attrs={"autocomplete": "sex"}),
    )

    def clean_first_name(self) -> str:
        return _person_name(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return _person_name(self.cleaned_data["last_name"])


class SignupForm(PersonForm):
    """Our part of sign-up; allauth adds login, password and e-mail."""

    field_order = (
        "first_name",
        "last_name",
        "username",
        "age",
        "gender",
        "password1",
        "password2",
        "email",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is made of the person's own names: only here are all of them known."""
        said = super().clean() or self.cleaned_data
        field = "password1" if "password1" in said else "password"
        if said.get(field):
            person = User(
                **{name: said.get(name, "") for name in ("username", "first_name", "last_name", "email")}
            )
            try:
                validate_password(said[field], person)
            except ValidationError as error:
                self.add_error(field, error)
        return said

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing: the adapter has stored account and profile in one transaction. allauth asks for the method."""


class ProfileForm(PersonForm):
    """The same said anew, and what of it others see."""

    shows_age = forms.BooleanField(label=_("Others see my age"), required=False)
    shows_gender = forms.BooleanField(label=_("Others see my gender"), required=False)

    def __init__(self, said: QueryDict | None, *, person: User) -> None:
        super().__init__(said, initial=_said_by(person))

    @property
    def changes_name(self) -> bool:
        return bool({"first_name", "last_name"} & set(self.changed_data))


def _said_by(person: User) -> dict[str, Any]:  # Any: initial values of all kinds.
    said: dict[str, Any] = {"first_name": person.first_name, "last_name": person.last_name}
    profile = Profile.objects.filter(user=person).first()
    if profile:
        said |= {name: getattr(profile, name) for name in ("gender", "shows_age", "shows_gender")}
        said["age"] = profile.age_on(timezone.localdate())
    return said


def _person_name(text: str) -> str:
    try:
        return check_person_name(text)
    except NameRefused as refusal:
        raise ValidationError(refusal.message, code=refusal.reason) from refusal
