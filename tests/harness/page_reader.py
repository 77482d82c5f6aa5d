"""Somebody whose browser runs no scripts: opens pages, and sends the form on them as it was printed."""

import asyncio
import html
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from tests.harness.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it came. `url` is where one was led."""

    url: str
    status: int
    text: str
    fields: dict[str, str] = field(repr=False)

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    @property
    def messages(self) -> list[str]:
        printed = self.text.split("<template", 1)[0]
        found = re.findall(r'<div class="message__text"[^>]*>(.*?)</div>', printed, re.DOTALL)
        return [html.unescape(text) for text in found]

    @property
    def kept(self) -> str:
        """What stands in the field to write into."""
        found = re.search(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', self.text, re.DOTALL)
        return html.unescape(found[1]) if found else ""

    @property
    def problem(self) -> str:
        found = re.search(r'role="alert"[^>]*>(.*?)</p>', self.text, re.DOTALL)
        return html.unescape(found[1]).strip() if found else ""

    @property
    def answer(self) -> str:
        found = re.search(r'<p class="[^"]*log__answer[^"]*"[^>]*>(.*?)</p>', self.text, re.DOTALL)
        return html.unescape(found[1]) if found else ""


class PageReader:
    """One browser without scripts, in which somebody is logged in."""

    def __init__(self, url: str, person: Person) -> None:
        self._url = url
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        # The token of a program is the key of a session, which a browser would hold as its cookie.
        self.cookies.set_cookie(_cookie("sessionid", person.token, urllib.parse.urlsplit(url).hostname or ""))

    async def open(self, path: str) -> Page:
        return await asyncio.to_thread(self._ask, path, None)

    async def send(self, page: Page, text: str, **fields: str) -> Page:
        """Fill in the form of a page and send it."""
        found = re.search(r'<form class="composer__form"[^>]*action="([^"]*)"', page.text)
        assert found, page.text
        return await self.post(found[1], {**page.fields, "text": text, **fields})

    async def post(self, path: str, form: dict[str, str]) -> Page:
        return await asyncio.to_thread(self._ask, path, urllib.parse.urlencode(form).encode())

    def _ask(self, path: str, data: bytes | None) -> Page:
        url = urllib.parse.urljoin(self._url, path)
        request = urllib.request.Request(url, data, {"Referer": url, "Accept-Language": "en"})
        try:
            with self._opener.open(request, timeout=20) as answer:
                return page_of(answer.url, answer.status, answer.read())
        except urllib.error.HTTPError as refusal:
            return page_of(refusal.url, refusal.code, refusal.read())


def page_of(url: str, status: int, body: bytes) -> Page:
    """Read a page as it came."""
    text = body.decode()
    fields = {}
    for tag in re.findall(r"<input type=\"hidden\"[^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            fields[name[1]] = html.unescape(value[1])
    return Page(url=url, status=status, text=text, fields=fields)


def _cookie(name: str, value: str, host: str) -> http.cookiejar.Cookie:
    return http.cookiejar.Cookie(
        0, name, value, None, False, host, False, False, "/", True, False, None, True, None, None, {}
    )  # fmt: skip
