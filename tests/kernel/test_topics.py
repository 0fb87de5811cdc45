"""Polls: an unchanged part is answered before anything is read, to whoever was given its tag and to nobody else."""

import pytest

from app.kernel import topics
from app.kernel.db import transaction
from tests.harness.databases import count_queries

BELL = "/espace/notifications/_cloche"


@pytest.fixture
def chloe(cast, visit):
    return visit(cast.chloe)


def poll(visitor, tag, path=BELL):
    return visitor.get(path, headers={"If-None-Match": tag})


def tag_of(visitor, path=BELL):
    return visitor.get(path).headers["ETag"]


def test_an_unchanged_part_costs_no_query(chloe):
    tag = tag_of(chloe)
    with count_queries() as statements:
        answer = poll(chloe, tag)
    assert (answer.status_code, answer.headers["ETag"], statements) == (304, tag, [])


def test_a_change_is_shown_at_once(chloe, cast):
    tag = tag_of(chloe)
    with transaction():
        topics.touch(f"notices:{cast.chloe.person_id}")
    assert poll(chloe, tag).status_code == 200


def test_a_tag_of_the_bell_is_good_for_five_minutes(chloe, at, stopped):
    tag = tag_of(chloe)
    at("2026-03-10 10:04:50")
    assert poll(chloe, tag).status_code == 304
    at("2026-03-10 10:05:10")
    assert poll(chloe, tag).status_code == 200


def test_somebody_else_s_tag_is_worth_nothing(chloe, cast, visit):
    assert poll(visit(cast.diane), tag_of(chloe)).status_code == 200
    assert poll(visit(), tag_of(chloe)).status_code in (302, 303)


@pytest.mark.parametrize("tag", ["x", "*", ":::", "notices:x:0:0:" + "0" * 32, "a:0:29552220:" + "é" * 32])
def test_a_forged_tag_is_worth_nothing(chloe, tag):
    assert poll(chloe, f'"{tag}"').status_code == 200


def test_a_tag_is_of_its_own_topic(chloe):
    assert poll(chloe, tag_of(chloe).replace("notices:", "another:")).status_code == 200


def test_a_tag_is_of_its_own_address(chloe):
    assert poll(chloe, tag_of(chloe), f"{BELL}?x=1").status_code == 200


def test_whoever_logged_out_polls_in_vain(chloe):
    tag = tag_of(chloe)
    chloe.post("/deconnexion")
    assert poll(chloe, tag).status_code != 304


def test_without_valkey_it_is_read_each_time(chloe, valkey_server):
    tag = tag_of(chloe)
    valkey_server.stop()
    try:
        assert poll(chloe, tag).status_code == 200
    finally:
        valkey_server.start()
