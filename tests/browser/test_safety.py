"""What people write is text, whatever it looks like, and no page asks anybody else for anything."""

import unicodedata
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]

NAUGHTY = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    '"><b>bold</b>',
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>click</a>",
    "{{ constructor.constructor('alert(1)')() }}",
    "${alert(1)} %(name)s {name} {count}",
    "&lt;b&gt; &amp;amp; &#x41; &nbsp;",
    "<!-- --><style>*{display:none}</style>",
    "<template><li>x</li></template>",
    "]]>'\"`\\",
    "Ana Pérez: I did not write this\n12:01 Ben: nor this",
    "\u202eright to left override\u202c then left",
    "مرحبا، كيف حالك؟",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇦 e\u0301",
    "  white   space \t kept",
    "W" * 3990,
]


def test_naughty_strings_are_shown_as_the_text_that_they_are(shared: ChatServer, visit: Visit) -> None:
    ana, ben = (visit(shared).sign_up(name) for name in ("Ana", "Ben"))
    ana.make_room("Naughty")
    ben.carry_out("#gR Naughty")

    for text in NAUGHTY:
        ana.write(text)

    expect(ben.texts).to_have_count(len(NAUGHTY))
    assert ben.texts.all_text_contents() == [unicodedata.normalize("NFC", text) for text in NAUGHTY]
    ben.page.reload()
    expect(ben.texts).to_have_count(len(NAUGHTY))
    assert ben.page.evaluate("document.querySelectorAll('.message__text *').length") == 0
    assert ben.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_message_cannot_draw_over_others(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Zalgo")
    ana.write("above")

    ana.write("Z" + "\u0351\u036b\u0343\u036a\u0302" * 60)

    expect(ana.texts).to_have_count(2)
    assert ana.texts.last.evaluate("text => getComputedStyle(text).overflow") == "clip"


def test_names_of_rooms_and_people_are_text_too(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana", "O’Neil")

    ana.write("#cR <b>Den</b>")

    expect(ana.problem).not_to_be_empty()
    expect(ana.page.locator("b")).to_have_count(0)


def test_too_long_a_message_is_not_sent_and_not_lost(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")
    ana.make_room("Too long")

    ana.write("x" * 4003)

    expect(ana.problem).to_contain_text("at most 4000 characters")
    expect(ana.page.locator("#message-count")).to_have_text("3 characters too many.")
    expect(ana.field).to_have_value("x" * 4003)
    ana.sees()


def test_the_policy_allows_nothing_inline_and_nobody_else(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared).sign_up("Ana")

    response = ana.page.goto(f"{shared.url}/")

    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy
    assert "data:" not in policy
    assert "http" not in policy
    assert ana.page.evaluate("document.querySelectorAll('script:not([src], [type])').length") == 0


def test_the_administration_needs_nothing_that_the_policy_forbids(shared: ChatServer, visit: Visit) -> None:
    boss, ben = visit(shared).sign_up("Boss"), visit(shared).join("Ben")
    boss.become_administrator(shared)

    for path in (
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/?is_staff__exact=1",
        "/admin/accounts/user/add/",
        "/admin/rooms/room/",
        "/admin/rooms/message/?kind=private",
        "/admin/rooms/liveconnection/",
        "/admin/admin/logentry/",
        "/admin/auth/group/add/",
        "/admin/password_change/",
    ):
        boss.open(path)
        expect(boss.page.locator("#site-name, h1").first).to_be_visible()
    boss.open(f"/admin/accounts/user/?q={ben.login}")
    boss.page.locator("#result_list tbody th a").click()
    for link in (".historylink", "a.deletelink"):
        boss.page.locator(link).click()
        boss.page.go_back()
    boss.page.locator("button.theme-toggle:visible").first.click()
    expect(boss.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_modules_are_served_under_hashed_names(shared: ChatServer, visit: Visit) -> None:
    ana = visit(shared)
    fetched: list[str] = []
    ana.page.on("request", lambda request: fetched.append(request.url))
    ana.sign_up("Ana")

    modules = [url for url in fetched if url.endswith(".js")]

    assert {url.rsplit("/", 1)[1].split(".")[0] for url in modules} >= {"chat", "page"}
    assert all(url.rsplit(".", 2)[1].isalnum() and len(url.rsplit(".", 2)[1]) == 12 for url in modules)
    assert len(set(modules)) == len(modules)
