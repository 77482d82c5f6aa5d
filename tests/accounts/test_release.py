"""A page that is open learns that the server has a newer one."""

from chatproject import release


class Collected:
    manifest_hash = "4f2a"


def test_whoever_is_logged_in_is_told_the_release_of_the_pages(ana, log_in, monkeypatch):
    browser = log_in(ana)
    monkeypatch.setattr(release, "staticfiles_storage", Collected())

    assert browser.get("/session").json() == {"login": "ana", "release": "4f2a"}


def test_where_nothing_has_been_collected_there_is_no_release(monkeypatch):
    monkeypatch.setattr(release, "staticfiles_storage", object())

    assert release.current_release() == ""
