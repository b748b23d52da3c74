"""A standing only moves forward, in whatever order news come."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from onapi.lifecycle.standing import Standing, after

ANY = st.lists(st.sampled_from(list(Standing)))


@given(ANY)
def test_the_order_of_news_does_not_matter(heard: list[Standing]) -> None:
    ends = set()
    for order in list(permutations(heard[:4]))[:24]:
        standing = Standing.QUEUED
        for news in order:
            standing = after(standing, news)
        ends.add(standing)
    assert len(ends) == 1


@given(ANY, st.sampled_from(list(Standing)))
def test_what_was_heard_again_changes_nothing(heard: list[Standing], last: Standing) -> None:
    standing = Standing.QUEUED
    for news in [*heard, last]:
        standing = after(standing, news)
    assert all(after(standing, news) == standing for news in [*heard, last])


def test_who_read_it_has_read_it() -> None:
    assert {after(Standing.READ, news) for news in Standing} == {Standing.READ}
    assert after(Standing.SENT, Standing.FAILED) is Standing.FAILED
    assert after(Standing.FAILED, Standing.SENT) is Standing.FAILED
    assert after(Standing.FAILED, Standing.DELIVERED) is Standing.DELIVERED
    assert after(Standing.DELIVERED, Standing.FAILED) is Standing.DELIVERED
