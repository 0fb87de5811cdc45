"""Personal fields are whole to those who may read them, and masked to others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.access import ANONYMOUS, FieldGroup, permission, system
from app.kernel.formats import phone
from app.kernel.personal import masked_account, masked_email, masked_phone, shown_to

READ = permission("tests.read_contact", "Lire", group=FieldGroup.CONTACT)


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masked_phone, "+33612345678", "06 •• •• •• 78"), (masked_phone, "+442071838750", "+44 •• •• 8750"), (masked_phone, "12", "••"),
        (masked_email, "alice@example.org", "a•••@•••.org"), (masked_email, "rien", "••"),
        (masked_account, "FR76 3000 6000 0112 3456 7890 189", "•• •• 0189"), (masked_account, "1234", "••"),
    ],
)  # fmt: skip
def test_a_mask_leaves_what_lets_one_recognise(app, mask, value, shown):
    assert mask(value).replace("\u00a0", " ") == shown


@given(st.from_regex(r"\+33[67][0-9]{8}", fullmatch=True))
def test_a_masked_phone_keeps_four_digits_at_most(app, number):
    assert sum(char.isdigit() for char in masked_phone(number)) == 4


@given(st.emails())
def test_a_masked_address_tells_neither_name_nor_house(app, address):
    name, _at, domain = address.partition("@")
    assert name[1:3] not in masked_email(address) or len(name) < 3
    assert domain not in masked_email(address)


def test_who_may_reads_it_whole_and_nothing_stays_nothing(app):
    def shown(actor, value="+33612345678"):
        return shown_to(actor, READ, value, mask=masked_phone, record=None, write=phone)

    assert shown(system("tests")) == "06\u00a012\u00a034\u00a056\u00a078"
    assert shown(ANONYMOUS) == "06 •• •• •• 78"
    assert shown(ANONYMOUS, None) == ""
