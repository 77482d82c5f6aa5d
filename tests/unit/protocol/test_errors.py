"""Refusals and close codes say what a client has to do."""

import pytest

from rooms.protocol.errors import ChatError, CloseCode, ErrorCode, Malformed, Refused


def test_the_code_named_earlier_in_the_list_has_precedence():
    assert sorted(ErrorCode, key=lambda code: code.precedence) == list(ErrorCode)
    assert ErrorCode.BAD_REQUEST.precedence < ErrorCode.TOO_LARGE.precedence < ErrorCode.INTERNAL.precedence


def test_only_what_may_have_been_done_is_not_final():
    assert [code for code in ErrorCode if not code.is_final] == [ErrorCode.UNAVAILABLE, ErrorCode.INTERNAL]


def test_a_client_stays_away_where_coming_back_would_not_help():
    staying = {code for code in CloseCode if not code.reconnects}

    assert staying == {1000, 4400, 4401, 4403, 4409}


def test_a_refusal_carries_fields_and_no_prose():
    refused = Refused(ErrorCode.RATE_LIMITED, "messages", retry_after=4, details={"room": "Estudio"}, ref="1")

    assert (refused.code, refused.reason, refused.retry_after) == (ErrorCode.RATE_LIMITED, "messages", 4)
    assert refused.details == {"room": "Estudio"}
    assert refused.ref == "1"


def test_a_refusal_needs_no_more_than_its_code():
    refused = Refused(ErrorCode.NOT_FOUND)

    assert (refused.reason, refused.retry_after, refused.details, refused.ref) == ("", None, {}, None)


def test_the_details_of_two_refusals_are_not_shared():
    details = {"room": "Estudio"}
    refused = Refused(ErrorCode.NOT_FOUND, details=details)
    refused.details["room"] = "other"

    assert details == {"room": "Estudio"}


def test_a_malformed_frame_is_a_refusal_for_who_does_not_count():
    with pytest.raises(Refused) as caught:
        raise Malformed("not_json", ref="1")

    assert isinstance(caught.value, ChatError)
    assert (caught.value.code, caught.value.reason, caught.value.ref) == (
        ErrorCode.BAD_REQUEST,
        "not_json",
        "1",
    )
