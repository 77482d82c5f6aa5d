"""Sentences about what kept one from coming in."""

from .accounts import AccountError, NotAccepted, TooOften
from .safe_text import one_line
from .words import Words


def problem_line(words: Words, problem: AccountError) -> str:
    """Return it as one line."""
    if isinstance(problem, NotAccepted):
        return one_line(" ".join(message for _field, message in problem.problems))
    if isinstance(problem, TooOften):
        return words.say("That was tried too often. Wait a while.")
    return words.say("The server does not answer.")
