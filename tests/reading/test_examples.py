"""The examples in the docstrings run."""

import doctest

import broadcaster.reading


def test_the_examples_of_the_public_page() -> None:
    result = doctest.testmod(broadcaster.reading)

    assert result.attempted >= 2
    assert result.failed == 0
