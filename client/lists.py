"""Reads lists that the server gives out in pages."""

from collections.abc import Callable

from .answers import Answer, Done
from .frames import Frame
from .streams import Request

# No list of a chat in real use is longer; a server that never says `next: null` is not read for ever.
MAX_PAGES = 25
PAGE = 200


def read_list(request: Request, kind: str, field: str, found: Callable[[list[Frame] | None], None]) -> None:
    """Read all of it; call with None when the server did not answer."""
    items: list[Frame] = []

    def read(after: object, pages: int) -> None:
        position = {} if after is None else {"after": after}

        def answered(answer: Answer) -> None:
            if not isinstance(answer, Done):
                found(None)
                return
            items.extend(answer.ack[field])
            following = answer.ack.get("next")
            if following is None or pages == 1:
                found(items)
            else:
                read(following, pages - 1)

        request({"type": kind, "limit": PAGE, **position}, answered)

    read(None, MAX_PAGES)
