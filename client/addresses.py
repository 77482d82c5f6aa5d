"""Where a server is: from what a person types to the addresses that are used."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Server:
    """A chat, by scheme and host with port."""

    scheme: str
    host: str

    @property
    def url(self) -> str:
        """The address of its pages."""
        return f"{self.scheme}://{self.host}"

    @property
    def socket(self) -> str:
        """The address of its WebSocket."""
        return f"{'wss' if self.scheme == 'https' else 'ws'}://{self.host}/ws/"

    @property
    def session(self) -> str:
        """Where one asks whose session it is."""
        return f"{self.url}/session"

    def account(self, path: str) -> str:
        """Return an address of the accounts API for programs."""
        return f"{self.url}/_allauth/app/v1/{path}"

    @property
    def folder(self) -> str:
        """A name for what is kept here of this server."""
        return f"{self.scheme}-{self.host}".replace(":", "-").replace("[", "").replace("]", "")


def read_server(text: str) -> Server:
    """Read an address; without a scheme it is https, or http on this machine. Raises ValueError."""
    written = text.strip()
    if "://" not in written:
        host = urlsplit(f"//{written}").hostname
        written = f"{'http' if host in _LOCAL else 'https'}://{written}"
    parts = urlsplit(written)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise ValueError(text)
    _ = parts.port  # raises where it is no number
    return Server(parts.scheme, parts.netloc.lower())
