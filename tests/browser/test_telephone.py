"""Beside the telephone: the times follow what is typed, and one is picked by a press."""

from playwright.sync_api import expect

from tests.browser.places import MANAGER


def book_once(page, first_name, last_name, **reached):
    """Have somebody known to the house, who called before."""
    for field, value in {"first_name": first_name, "last_name": last_name, **reached}.items():
        page.locator(f"#{field}").fill(value)
    page.locator(".picks button").last.click()
    page.get_by_role("button", name="Réserver", exact=True).click()
    expect(page.locator("h1")).to_have_text(f"{first_name} {last_name}")


def test_the_times_follow_what_is_typed_and_are_picked(page, known):
    page.context.add_cookies(known.cookies[MANAGER])
    page.goto("/admin/reservations/nouvelle?covers=2")
    page.locator("#covers").fill("4")
    page.locator("#covers").press("Tab")
    expect(page.locator("#free-title")).to_contain_text("4 couverts")
    before = page.locator("#free-title").text_content()
    page.locator("#date").fill(known.names["open_day"])
    page.locator("#date").press("Tab")
    expect(page.locator("#free-title")).not_to_have_text(before)
    time = page.locator(".picks button").last
    said = time.text_content()
    time.press("Enter")
    expect(page.locator("#time")).to_have_value(said)
    expect(page.locator("#time")).to_be_focused()


def test_the_record_chosen_follows_what_is_typed_and_pressed(page, known):
    page.context.add_cookies(known.cookies[MANAGER])
    page.goto(f"/admin/reservations/nouvelle?date={known.names['open_day']}")
    book_once(page, "Octavie", "Sansadresse", phone="06 99 11 22 33")
    page.goto("/admin/reservations/nouvelle")
    chosen = page.locator("#known-guest input:checked")
    page.locator("#last_name").press_sequentially("sansad")  # proposed while it is typed
    expect(page.locator("#known-guest")).to_contain_text("Octavie Sansadresse")
    expect(page.locator("#last_name")).to_be_focused()
    page.locator("#last_name").fill("")
    expect(page.locator("#known-guest input")).to_have_count(0)
    page.locator("#phone").fill("06 99 11 22 33")
    page.locator("#phone").press("Tab")
    expect(chosen).not_to_have_value("")
    page.locator("#last_name").fill("Quelquun")
    page.locator("#last_name").press("Tab")
    expect(page.locator("#guest-error")).to_contain_text("n’est pas celui de Octavie Sansadresse")
    expect(chosen).to_have_value("")
    page.get_by_role("button", name="Remplir avec ses coordonnées").click()
    expect(page.locator("#guest-error")).to_have_count(0)
    expect(page.locator("#last_name")).to_have_value("Sansadresse")
    expect(chosen).not_to_have_value("")


def test_choosing_a_record_completes_what_was_begun(page, known):
    page.context.add_cookies(known.cookies[MANAGER])
    for last_name, reached in (("Demicorne", {"phone": "06 99 44 55 66"}), ("Demilune", {})):
        page.goto(f"/admin/reservations/nouvelle?date={known.names['open_day']}")
        book_once(page, "Apolline" if reached else "Apollonia", last_name, **reached)

    def choose(begun, name):
        page.locator("#first_name").fill("")
        page.locator("#last_name").fill("")
        page.locator("#last_name").press_sequentially(begun)
        page.get_by_role("radio", name=name).check()

    page.goto("/admin/reservations/nouvelle")
    choose("demi", "Apolline Demicorne")
    filled = [page.locator(f"#{field}") for field in ("first_name", "last_name", "phone")]
    for field, value in zip(filled, ("Apolline", "Demicorne", "06 99 44 55 66"), strict=True):
        expect(field).to_have_value(value)
    expect(page.locator("#guest-error")).to_have_count(0)
    expect(page.get_by_role("radio", name="Apolline Demicorne")).to_be_checked()
    page.get_by_role("radio", name="Une autre personne").check()
    filled[2].fill("")
    choose("demi", "Apollonia Demilune")
    for field, value in zip(filled, ("Apollonia", "Demilune", ""), strict=True):
        expect(field).to_have_value(value)
    page.goto("/admin/reservations/nouvelle")
    filled[2].fill("06 00 11 22 33")
    choose("demi", "Apolline Demicorne")
    expect(filled[1]).to_have_value("Demicorne")
    expect(filled[2]).to_have_value("06 00 11 22 33")  # the number one calls from today is not written over


def test_a_caller_known_by_their_address_is_not_typed_again(page, known):
    page.context.add_cookies(known.cookies[MANAGER])
    page.goto(f"/admin/reservations/nouvelle?date={known.names['open_day']}")
    book_once(page, "Ernestine", "Appel", email="appel@example.org")
    page.goto("/admin/reservations/nouvelle")
    page.locator("#email").fill("Appel@example.org")
    page.locator("#email").press("Tab")
    page.get_by_role("button", name="Remplir avec ses coordonnées").click()
    for field, value in (("first_name", "Ernestine"), ("last_name", "Appel"), ("email", "appel@example.org")):
        expect(page.locator(f"#{field}")).to_have_value(value)


def test_a_press_on_a_button_counts_though_a_proposal_moves_it_meanwhile(page, known):
    """Leaving the name asks who calls: a hand holds the button down for longer than the answer takes."""
    page.context.add_cookies(known.cookies[MANAGER])
    page.goto(f"/admin/reservations/nouvelle?date={known.names['open_day']}")
    book_once(page, "Marguerite", "Lentepression")
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.goto(f"/admin/reservations/nouvelle?date={known.names['open_day']}")
    page.locator(".picks button").last.click()
    page.locator("#last_name").fill("Lentepression")
    button = page.get_by_role("button", name="Réserver", exact=True)
    before = button.bounding_box()
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    page.mouse.down()
    expect(page.locator("#known-guest")).to_contain_text("Marguerite Lentepression")
    assert button.bounding_box()["y"] > before["y"] + before["height"]
    with page.expect_request(lambda request: request.method == "POST"):
        page.mouse.up()
