"""Lines that begin with `#` are commands in every spelling, and never messages."""

import pytest
from hypothesis import given, strategies as st

from rooms.protocol import commands
from rooms.protocol.command_line import USAGES, is_command_line, parse_line, without_escape
from rooms.protocol.errors import ErrorCode, Refused

ID = "0b5c8f9e-5b1c-4a55-9f0f-9d8f2b4b7a11"

SPACES = st.text(" \t\n\u00a0", max_size=3)
NAMES = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=20)
WORDS_OF_ROOMS = {"cR": commands.CreateRoom, "gR": commands.EnterRoom, "dR": commands.DeleteRoom}
WORDS_ALONE = {
    "eR": commands.LeaveRoom,
    "exit": commands.ExitSession,
    "lR": commands.ListRooms,
    "IR": commands.ListRooms,
    "show users": commands.ListUsers,
    "help": commands.ShowHelp,
}


@st.composite
def cased(draw, word):
    """The word in any mixture of capitals and small letters."""
    return "".join(draw(st.sampled_from([letter.lower(), letter.upper()])) for letter in word)


def refusal(line, client_id=ID):
    with pytest.raises(Refused) as caught:
        parse_line(line, client_id)
    return caught.value.code, caught.value.reason, caught.value.details


@given(st.data(), st.sampled_from(sorted(WORDS_OF_ROOMS)), NAMES, SPACES, SPACES, SPACES)
def test_a_room_is_named_with_or_without_brackets_in_any_case(data, word, name, before, between, after):
    spelling = data.draw(cased(word))
    argument = data.draw(st.sampled_from([f" {name}", f"<{name}>", f" <{between}{name}{after}>"]))

    command = parse_line(f"{before}#{spelling}{between}{argument}{after}", None)

    assert command == WORDS_OF_ROOMS[word](name=name)


@given(st.data(), st.sampled_from(sorted(WORDS_ALONE)), SPACES, SPACES, SPACES)
def test_a_word_alone_is_read_in_any_case(data, word, before, between, after):
    spelling = data.draw(cased(word)).replace(" ", f" {between}")

    assert parse_line(f"{before}#{between}{spelling}{after}", None) == WORDS_ALONE[word]()


@given(st.data(), NAMES, NAMES, SPACES)
def test_a_private_message_is_read_in_every_spelling(data, login, text, spaces):
    word = data.draw(st.sampled_from(["", "\\"])) + data.draw(cased("private"))
    argument = data.draw(
        st.sampled_from([f"<{login}>", f" {login} ", f" <{login}> ", f"<{spaces}{login}{spaces}>"])
    )

    command = parse_line(f"#{word}{spaces}{argument}{spaces}{text}{spaces}", ID)

    assert command == commands.PostDirect(to=login, client_id=ID, text=text)


def test_an_argument_may_contain_spaces():
    assert parse_line("#cR Sala de estudio", None) == commands.CreateRoom(name="Sala de estudio")
    assert parse_line("#cR <Sala de estudio>", None) == commands.CreateRoom(name="Sala de estudio")


@pytest.mark.parametrize(
    "name", ["<Estudio", "Estudio>", "<a> b", "a <b>", "../..", '"Estudio"', "a\nb", "#gR x"]
)
def test_what_is_not_all_in_brackets_is_the_argument_as_it_stands(name):
    assert parse_line(f"#gR {name}", None) == commands.EnterRoom(name=name)


def test_the_text_of_a_private_message_keeps_its_lines_and_its_brackets():
    command = parse_line("#private boris  one\n  two\n<b>three</b>\n", ID)

    assert command == commands.PostDirect(to="boris", client_id=ID, text="one\n  two\n<b>three</b>")


def test_the_bracket_that_closes_a_login_is_the_first():
    command = parse_line("#private <boris> a > b", ID)

    assert command == commands.PostDirect(to="boris", client_id=ID, text="a > b")


@pytest.mark.parametrize("word", ["cR", "gR", "dR"])
@pytest.mark.parametrize("argument", ["", " ", "<>", " < > ", " \u200b"])
def test_a_room_that_is_not_named_is_missed(word, argument):
    refused = refusal(f"#{word}{argument}")

    assert refused == (ErrorCode.BAD_REQUEST, "missing_argument", {"usage": f"#{word} <room>"})


@pytest.mark.parametrize(
    "rest", ["", " ", " boris", " <boris>", " <boris> \u200b", "<> hi", "< > hi", " \u200b hi"]
)
def test_a_private_message_without_a_part_is_missed(rest):
    refused = refusal(f"#private{rest}")

    assert refused == (ErrorCode.BAD_REQUEST, "missing_argument", {"usage": "#private <login> text"})


def test_a_private_message_needs_a_client_id():
    assert refusal("#private boris hi", None) == (ErrorCode.BAD_REQUEST, "bad_field", {"field": "client_id"})


@pytest.mark.parametrize("word", sorted(WORDS_ALONE))
@pytest.mark.parametrize("rest", [" now", "<now>", " #exit"])
def test_a_word_alone_has_no_argument(word, rest):
    assert refusal(f"#{word}{rest}") == (ErrorCode.BAD_REQUEST, "unexpected_argument", {"usage": f"#{word}"})


def test_names_and_logins_beyond_every_rule_are_refused_here():
    assert refusal(f"#cR {'a' * 201}")[:2] == (ErrorCode.INVALID_NAME, "name_too_long")
    assert refusal(f"#private {'a' * 201} hi")[:2] == (ErrorCode.USER_NOT_FOUND, "login_too_long")


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("#gr2 Estudio", "#gR"),
        ("#cRR Estudio", "#cR"),
        ("#d Estudio", "#dR"),
        ("#exot", "#exit"),
        ("#quit", "#exit"),
        ("#hepl", "#help"),
        ("#show", "#show users"),
        ("#show rooms", "#show users"),
        ("#show usersx", "#show users"),
        ("#users", "#show users"),
        ("#privat boris secret", "#private"),
        ("#\\privte<boris> secret", "#private"),
        ("#\\\\private boris secret", "#private"),
        ("#private: boris secret", "#private"),
        ("#", "#help"),
        ("# ", "#help"),
        ("#<Estudio>", "#help"),
        ("#日本語", "#help"),
        ("#" + "a" * 4000, "#help"),
        ("#pri\u200bvate boris secret", "#private"),
    ],
)
def test_an_unknown_word_is_told_the_nearest_one(line, nearest):
    code, reason, details = refusal(line)

    assert (code, reason) == (ErrorCode.UNKNOWN_COMMAND, "nearest_command")
    assert details["nearest"] == nearest
    assert details["word"].startswith("#")
    assert len(details["word"]) <= 25


@pytest.mark.parametrize("usage", USAGES)
def test_a_full_width_sign_names_the_command_that_was_meant(usage):
    code, _, details = refusal(usage.replace("#", "＃"))

    assert code == ErrorCode.UNKNOWN_COMMAND
    assert details["nearest"].lower() == usage.lower() or usage == "#IR"
    assert details["word"].startswith("＃")


def test_every_usage_is_a_line_that_is_understood():
    for usage in USAGES.values():
        assert parse_line(usage, ID)


@pytest.mark.parametrize(
    "text", ["#exit", "  #exit", "\n#x", "#", "\u200b#x", "\ufeff\u200e #x", "＃x", " ＃", "＃＃x", "#️⃣"]
)
def test_what_begins_with_the_sign_is_a_command_line(text):
    assert is_command_line(text)


@pytest.mark.parametrize("text", ["", " ", "x", "x #exit", "##exit", "  ##exit", "###", "C#", "\u266f"])
def test_what_does_not_is_a_message(text):
    assert not is_command_line(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("##x", "#x"),
        ("  ##x", "  #x"),
        ("###", "##"),
        ("##", "#"),
        ("x ##", "x ##"),
        ("x", "x"),
        ("", ""),
        ("#", "#"),
    ],
)
def test_two_signs_are_one_that_is_no_command(typed, meant):
    assert without_escape(typed) == meant


@given(st.text(), st.sampled_from(["", "#", "#private ", "#cR ", "#show ", "＃"]))
def test_no_line_raises_anything_but_a_refusal(rest, start):
    line = start + rest
    try:
        command = parse_line(line, ID)
    except Refused:
        return

    assert is_command_line(line)
    assert not isinstance(command, commands.PostMessage)
