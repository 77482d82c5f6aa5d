"""What a person is called on a line: by name, and by login too where the name alone could be somebody else's."""

from .frames import Frame
from .safe_text import one_line


class People:
    """Remembers whom it has named."""

    def __init__(self) -> None:
        self._logins: dict[str, set[str]] = {}

    def name_of(self, person: Frame) -> str:
        """Return what to call somebody."""
        login, name = one_line(str(person["login"])), one_line(str(person.get("name") or "")).strip()
        if not name:
            return login
        logins = self._logins.setdefault(name.casefold(), set())
        logins.add(login)
        # A name that could end the author's part of a line is not left alone.
        return f"{name} ({login})" if len(logins) > 1 or ":" in name else name
