"""What others see of a person."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from .models import Profile, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`age` and `gender` are empty unless the person lets others see them."""

    login: str
    name: str
    age: int | None = None
    gender: str = ""


def card_of(person: User) -> Card:
    """Return what everybody here may know about somebody."""
    profile = Profile.objects.filter(user=person).first()
    age, gender = None, ""
    if profile and profile.shows_age:
        age = profile.age_on(timezone.localdate())
    if profile and profile.shows_gender and profile.gender != Profile.Gender.UNDISCLOSED:
        gender = str(profile.get_gender_display())
    return Card(login=person.get_username(), name=person.display_name, age=age, gender=gender)
