"""What is kept on the disk outlives the program, and belongs to one program at a time."""

from pathlib import Path

from client.outbox_items import Item, State, Target
from client.outbox_store import FileStore

HERE = Target("Everybody", room=1)


def test_what_is_kept_is_there_for_the_next_program_in_its_order(tmp_path: Path) -> None:
    first = FileStore(tmp_path / "outbox.sqlite3")
    first.save([Item(f"id-{number}", HERE, f"text {number}") for number in range(3)])
    first.remove("id-1")
    first.close()

    second = FileStore(tmp_path / "outbox.sqlite3")

    kept = second.load()
    assert [(item.client_id, item.text, item.target, item.is_unsure) for item in kept] == [
        ("id-0", "text 0", HERE, True),
        ("id-2", "text 2", HERE, True),
    ]
    second.close()


def test_what_a_living_program_holds_is_left_to_it(tmp_path: Path) -> None:
    first, second = FileStore(tmp_path / "outbox.sqlite3"), FileStore(tmp_path / "outbox.sqlite3")
    first.save([Item("id-1", HERE, "mine")])

    assert second.load() == []
    first.close()
    assert [item.client_id for item in second.load()] == ["id-1"]
    second.close()


def test_a_refusal_is_remembered(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "outbox.sqlite3")
    item = Item("id-1", Target("Boris", login="boris"), "text")
    store.save([item])
    item.code, item.reason = "user_not_found", "There is nobody."
    store.save([item])

    [kept] = store.load()

    assert (kept.state, kept.code, kept.reason) == (State.REFUSED, "user_not_found", "There is nobody.")
    store.close()


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "deep" / "outbox.sqlite3")
    store.save([Item("id-1", HERE, "text")])

    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "deep").rglob("*")} == {0}
    store.close()
