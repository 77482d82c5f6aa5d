"""What is wrong on the command line is said in the reader's language, with exit code 2."""

import pytest

from client.arguments import early_language, read_arguments
from client.words import Words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--server", "ftp://x"], "«ftp://x» no es una dirección"),
        (["--server", "x", "--timeout", "0"], "no está entre"),
        (["--server", "x", "--history", "51"], "no está entre"),
        (["--server", "x", "--room", "a", "--to", "b"], "se excluyen"),
        ([], "--server"),
    ],
)
def test_what_is_wrong_is_told(given: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read_arguments(given, Words("es"))

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_language_is_known_before_the_rest_is_read() -> None:
    assert early_language(["--nonsense", "--language", "ru"]) == "ru"
    assert early_language(["--language", "xx"]) is None
    assert early_language([]) is None
