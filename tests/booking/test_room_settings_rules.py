"""The settings pages of the rules and of the establishment's record, and what all pages share."""

import pytest

from app.booking.models import Reservation
from app.booking.settings import CONFIRMATION
from app.directory.models import Establishment
from tests.booking.houses import promise
from tests.booking.settings_pages import ROOT, house_now, one


@pytest.fixture
def manager(visit, cast, house):
    return visit(cast.chloe)


# --- rules and record -----------------------------------------------------------------------------------------


def test_the_rules_are_changed(manager, house):
    manager.see(f"{ROOT}/regles").submit(
        "#edit-form",
        **{
            "min_notice_minutes": "90",
            "max_covers_online": "4",
            "bands-1-up_to": "4",
            "bands-1-minutes": "105",
            "confirmation": "manual",
            "cancel_until_minutes": "240",
        },
    )
    kept = house_now(house)
    assert (kept.rules.min_notice_minutes, kept.rules.max_covers_online, kept.cancel_until_minutes) == (90, 4, 240)
    assert [band.up_to for band in kept.room.durations] == [2, 4, None]
    assert CONFIRMATION.value(establishment=str(house.id)) == "manual"


def test_the_house_chooses_whether_others_may_be_moved(manager, house):
    assert house_now(house).policy.name == "best_fit"
    manager.see(f"{ROOT}/regles").submit("#edit-form", engine="guarded")
    assert house_now(house).policy.name == "guarded"
    refused = manager.see(f"{ROOT}/regles").submit("#edit-form", engine="spread")
    assert (refused.status, house_now(house).policy.name) == (422, "guarded")


def test_wrong_rules_keep_what_was_typed(manager, house):
    page = manager.see(f"{ROOT}/regles").submit(
        "#edit-form",
        **{
            "min_notice_minutes": "-1",
            "hold_minutes": "0",
            "bands-0-up_to": "",
            "longest": "",
            "slot_minutes": "20",
            "confirmation": "perhaps",
        },
    )
    assert page.status == 422
    for place in ("min_notice_minutes", "hold_minutes", "bands-0-up_to", "longest", "slot_minutes"):
        assert page.has(f"#{place}-error"), place
    assert page.fields("#edit-form")["min_notice_minutes"] == "-1"
    assert house_now(house).rules.min_notice_minutes == 60


def test_a_wider_step_lists_the_times_it_leaves_aside(manager, house):
    made = promise(house, "2026-03-14 19:15")
    page = manager.see(f"{ROOT}/regles").submit("#edit-form", slot_minutes="30")
    assert (page.status, made.reference in page.text) == (409, True)


def test_the_record_is_changed(manager, house):
    manager.see(f"{ROOT}/etablissement").submit("#edit-form", name="Le Grand Quai", phone="02 38 11 22 33")
    kept = one(Establishment, id=house.id)
    assert (kept.name, kept.phone) == ("Le Grand Quai", "+33238112233")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "nécessaire"),
        ({"phone": "12"}, "n’est pas un numéro"),
        ({"email": "chez"}, "adresse e-mail est"),
        ({"timezone": "Europe/Orleans"}, "Fuseau horaire inconnu"),
        ({"country": "France"}, "à deux lettres"),
        ({"city": "x" * 81}, "80 caractères au plus"),
        ({"name": "Le\x07Quai"}, "invisibles"),
    ],
)
def test_a_wrong_record_keeps_what_was_typed(manager, house, typed, words):
    page = manager.see(f"{ROOT}/etablissement").submit("#edit-form", **{"address_line2": "Porte verte", **typed})
    assert (page.status, words in page.text) == (422, True)
    assert page.fields("#edit-form")["address_line2"] == "Porte verte"
    assert one(Establishment, id=house.id).name == "Le Petit Quai"


def test_another_zone_shows_what_it_moves(manager, house):
    made = promise(house)
    page = manager.see(f"{ROOT}/etablissement").submit("#edit-form", timezone="Indian/Reunion")
    assert (page.status, made.reference in page.text, "Europe/Paris → Indian/Reunion" in page.text) == (409, True, True)
    page.submit("#edit-form", button="force=1")
    assert one(Reservation, id=made.id).local_time == made.local_time
    assert house_now(house).opening.zone == "Indian/Reunion"
