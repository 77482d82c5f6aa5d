"""Where a form leads whoever was invited."""

from django import template

from rooms.models import Room
from rooms.pages.invitations import goal_of

register = template.Library()


@register.simple_tag
def invited_to(address: str | None) -> Room | None:
    """Return the room into which this address invites, if it is an invitation."""
    return goal_of(address) if address else None
