"""The hosted page: a guest pays, saves a card, confirms at the bank, is refused, gives up; in French and in English."""

import pytest
import requests

from tests.payments.doubles import (
    CONFIRMED,
    DECLINED,
    EXPIRED,
    FAILS_LATER,
    INSUFFICIENT,
    ONCE_CONFIRMED,
    told,
)

NOW = 1773133200  # Tuesday 10 March 2026 at 10:00 in Paris
DEPOSIT = {
    "mode": "payment",
    "success_url": "http://shop.test/merci?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://shop.test/table",
    "client_reference_id": "R-7",
    "metadata[reservation]": "7",
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": "1000",
    "line_items[0][price_data][product_data][name]": "Arrhes, samedi 14 mars",
    "line_items[0][quantity]": "4",
    "payment_intent_data[metadata][reservation]": "7",
}
IMPRINT = {"mode": "setup", "currency": "eur", "success_url": "http://shop.test/merci", "customer_creation": "always"}


@pytest.fixture
def deposit(double):
    return double.post("checkout/sessions", **DEPOSIT)


@pytest.fixture
def imprint(double):
    return double.post("checkout/sessions", **IMPRINT)


def see(address, language="fr"):
    return requests.get(address, headers={"Accept-Language": language}, timeout=9, allow_redirects=False)


def test_a_session_waits_to_be_paid(double, deposit):
    assert (deposit["status"], deposit["payment_status"], deposit["amount_total"]) == ("open", "unpaid", 4000)
    assert deposit["payment_intent"] is None
    assert deposit["expires_at"] - deposit["created"] == 86_400
    assert deposit["url"] == f"{double.url}/c/pay/{deposit['id']}"
    items = double.get(f"checkout/sessions/{deposit['id']}/line_items")["data"]
    assert [(item["description"], item["quantity"], item["amount_total"]) for item in items] == [
        ("Arrhes, samedi 14 mars", 4, 4000)
    ]
    whole = double.get(f"checkout/sessions/{deposit['id']}", **{"expand[]": "line_items"})
    assert whole["line_items"]["data"] == items


def test_it_is_paid(double, deposit):
    assert double.pay(deposit["url"]) == f"http://shop.test/merci?session={deposit['id']}"
    paid = double.get(f"checkout/sessions/{deposit['id']}", **{"expand[]": "payment_intent"})
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    assert (paid["client_reference_id"], paid["metadata"]) == ("R-7", {"reservation": "7"})
    assert paid["customer_details"]["email"] == "alice@example.org"
    assert paid["payment_intent"]["metadata"] == {"reservation": "7"}
    assert [event["type"] for event in double.events()] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
    ]  # fmt: skip
    assert (
        double.get("checkout/sessions", payment_intent=paid["payment_intent"]["id"])["data"][0]["id"] == deposit["id"]
    )


def test_paying_twice_pays_once(double, deposit):
    first, second = double.pay(deposit["url"]), double.pay(deposit["url"])
    assert first == second
    assert len(double.get("charges")["data"]) == 1


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (DECLINED, "La banque a refusé cette carte"),
        (INSUFFICIENT, "la provision est insuffisante"),
        (EXPIRED, "plus valable"),
    ],
)
def test_a_refused_card_may_be_replaced(double, deposit, card, said):
    page = double.pay(deposit["url"], card)
    assert page.startswith("402 ")
    assert said in page
    assert double.get(f"checkout/sessions/{deposit['id']}")["status"] == "open"
    assert "merci" in double.pay(deposit["url"])
    assert [charge["status"] for charge in double.get("charges")["data"]] == ["succeeded", "failed"]
    assert len(double.get("payment_intents")["data"]) == 1, "the same intent is tried again"


@pytest.mark.parametrize("card", [CONFIRMED, ONCE_CONFIRMED])
def test_the_bank_is_answered_yes(double, deposit, card):
    assert "merci" in double.pay(deposit["url"], card)
    assert double.get(f"checkout/sessions/{deposit['id']}")["payment_status"] == "paid"


def test_the_bank_is_answered_no(double, deposit):
    back = double.pay(deposit["url"], CONFIRMED, answer="refuse")
    assert back.startswith(f"/c/pay/{deposit['id']}")
    assert "n’a pas confirmé que c’était bien vous" in told(see(double.url + back).text)
    assert double.get(f"checkout/sessions/{deposit['id']}")["status"] == "open"
    assert "merci" in double.pay(deposit["url"])


def test_a_card_is_saved_without_taking_anything(double, imprint):
    assert (imprint["payment_status"], imprint["amount_total"]) == ("no_payment_required", None)
    assert "Aucun débit aujourd’hui" in told(see(imprint["url"]).text)
    assert double.pay(imprint["url"], ONCE_CONFIRMED) == "http://shop.test/merci"
    done = double.get(f"checkout/sessions/{imprint['id']}", **{"expand[]": "setup_intent"})
    assert (done["status"], done["setup_intent"]["status"]) == ("complete", "succeeded")
    assert double.get("charges")["data"] == []
    charged = {"customer": done["customer"], "payment_method": done["setup_intent"]["payment_method"]}
    late = double.post("payment_intents", amount=12000, currency="eur", off_session="true", confirm="true", **charged)
    assert late["status"] == "succeeded"


def test_a_card_may_be_saved_and_fail_when_it_is_charged(double, imprint):
    double.pay(imprint["url"], FAILS_LATER)
    done = double.get(f"checkout/sessions/{imprint['id']}", **{"expand[]": "setup_intent"})
    charged = {"customer": done["customer"], "payment_method": done["setup_intent"]["payment_method"]}
    assert double.refused(
        "payment_intents", 402, amount=12000, currency="eur", off_session="true", confirm="true", **charged
    )


def test_a_card_is_paid_with_and_saved(double):
    customer = double.post("customers", email="alice@example.org")["id"]
    given = DEPOSIT | {"customer": customer, "payment_intent_data[setup_future_usage]": "off_session"}
    session = double.post("checkout/sessions", **given)
    assert session["customer_details"]["email"] == "alice@example.org"
    double.pay(session["url"])
    assert len(double.get(f"customers/{customer}/payment_methods")["data"]) == 1


@pytest.mark.parametrize(("expiry", "status"), [("12/34", 402), ("soon", 422)])
def test_a_real_card_is_refused_and_not_written_back(double, deposit, expiry, status):
    real = {"email": "a@b.fr", "number": "4970 1000 0000 0154", "expiry": expiry, "cvc": "987"}
    page = requests.post(deposit["url"], data=real, timeout=9)
    assert page.status_code == status
    assert status == 422 or "aucune carte réelle n’est acceptée" in told(page.text)
    assert "4970" not in page.text
    assert 'value="987"' not in page.text
    assert "0154" not in "\n".join(double.server.parts.store._connection.iterdump())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "alice"}, "n’a pas la forme d’un e-mail"),
        ({"number": ""}, "Ce champ est nécessaire"),
        ({"expiry": "13/34"}, "Un mois et une année"),
        ({"expiry": "02/26"}, "vérifiez sa date"),
        ({"cvc": "1"}, "Trois chiffres"),
        ({"name": "A" * 201}, "C’est trop long"),
    ],
)
def test_what_is_mistyped_is_said(double, deposit, typed, said):
    page = double.pay(deposit["url"], **typed)
    assert page[:3] in {"402", "422"}
    assert said in page
    assert double.get("charges")["data"] == []


# ---- The page itself -------------------------------------------------------------------------------------------------
def test_the_page_says_what_is_paid_and_that_it_is_a_game(double, deposit):
    page = see(deposit["url"])
    words = told(page.text)
    assert "Paiement de démonstration : aucune carte réelle" in words.replace("\u202f", " ")
    assert "40,00\xa0€" in page.text
    assert "Arrhes, samedi 14 mars × 4" in words
    assert 'href="http://shop.test/table"' in page.text, "one may give up"
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_the_page_speaks_english_when_asked(double, deposit):
    assert see(deposit["url"], "en").headers["Content-Language"] == "en"
    assert "€40.00" in see(f"{deposit['url']}?lang=en").text
    french = double.post("checkout/sessions", **DEPOSIT, locale="fr")
    assert see(french["url"], "en").headers["Content-Language"] == "fr", "the shop asked for it"


def test_the_shop_may_give_its_name(double):
    named = double.post("checkout/sessions", **DEPOSIT, **{"branding_settings[display_name]": "Le Petit Quai"})
    assert "Le Petit Quai demande" in told(see(named["url"]).text)


def test_a_card_of_the_list_fills_the_form(double, deposit):
    page = see(f"{deposit['url']}?card={CONFIRMED}").text
    assert 'value="4000 0000 0000 3220"' in page
    assert 'value="12/34"' in page
    assert 'value="4242 4242 4242 4242"' in see(deposit["url"]).text, "the first of them, unless another is chosen"
    assert "9999" not in see(f"{deposit['url']}?card=9999999999999999").text


def test_the_policy_allows_nothing_but_itself_and_the_way_back(double, deposit):
    policy = see(deposit["url"]).headers["Content-Security-Policy"]
    assert "form-action 'self' http://shop.test" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("page", ["/", "/c/pay/{id}", "/c/pay/cs_test_none", "/c/3ds/pi_none"])
def test_no_page_needs_a_script_or_a_style_of_its_own(double, deposit, page):
    text = see(double.url + page.format(id=deposit["id"])).text
    assert "<script" not in text
    assert "style=" not in text
    assert "<style" not in text


def test_what_is_written_by_the_shop_is_escaped(double):
    given = DEPOSIT | {"line_items[0][price_data][product_data][name]": "<img src=x onerror=alert(1)>"}
    assert "<img" not in see(double.post("checkout/sessions", **given)["url"]).text


def test_an_unknown_page_has_nothing_to_pay(double):
    assert see(f"{double.url}/c/pay/cs_test_none").status_code == 404
    assert see(f"{double.url}/c/3ds/seti_none").status_code == 404


def test_what_happened_is_told_on_the_first_page(double, deposit):
    double.pay(deposit["url"])
    double.settled()
    words = told(see(double.url).text)
    assert "Arrhes, samedi 14 mars" in words
    assert "checkout.session.completed" in words
    assert "reçu" in words


# ---- Its end ---------------------------------------------------------------------------------------------------------
def test_a_session_is_expired_by_the_shop(double, deposit):
    gone = double.post(f"checkout/sessions/{deposit['id']}/expire")
    assert (gone["status"], gone["url"]) == ("expired", None)
    assert "open" in double.refused(f"checkout/sessions/{deposit['id']}/expire")["message"]
    page = see(f"{double.url}/c/pay/{deposit['id']}")
    assert page.status_code == 410
    assert "Rien n’a été débité" in told(page.text)
    assert double.pay(deposit["url"]).startswith("410")
    assert double.get("charges")["data"] == []


def test_a_session_whose_time_is_over_expires_by_itself(double, at):
    session = double.post("checkout/sessions", **DEPOSIT, expires_at=NOW + 1900)
    at("2026-03-10 10:32")
    assert double.pay(session["url"]).startswith("410")
    assert double.get(f"checkout/sessions/{session['id']}")["status"] == "expired"
    assert [event["type"] for event in double.events()] == ["checkout.session.expired"]


def test_a_session_expires_while_the_bank_is_asked(double, deposit):
    page = requests.post(deposit["url"], data={"email": "a@b.fr", "number": CONFIRMED, "expiry": "12/34", "cvc": "123"},
                         allow_redirects=False, timeout=9)  # fmt: skip
    double.post(f"checkout/sessions/{deposit['id']}/expire")
    assert double.answer_the_bank(double.url + page.headers["Location"]).startswith("409")
    assert double.get("charges")["data"] == []
    assert double.events("payment_intent.canceled")


def test_an_intent_of_a_session_ends_with_the_session_only(double, deposit):
    double.pay(deposit["url"], DECLINED)
    intent = double.get("payment_intents")["data"][0]["id"]
    assert "Checkout Session" in double.refused(f"payment_intents/{intent}/cancel")["message"]


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"mode": "subscription"}, "mode"),
        ({"success_url": ""}, "success_url"),
        ({"success_url": "//shop.test"}, "success_url"),
        ({"success_url": "http://shop.test; script-src *"}, "success_url"),
        ({"success_url": "http://alice:secret@shop.test/"}, "success_url"),
        ({"cancel_url": "data:text/html,x"}, "cancel_url"),
        ({"expires_at": str(NOW + 1799)}, "expires_at"),
        ({"expires_at": str(NOW + 86_500)}, "expires_at"),
        ({"line_items[0][quantity]": "0"}, "line_items[0][quantity]"),
        ({"line_items[0][price]": "price_1"}, "line_items[0][price]"),
        ({"line_items[1][price_data][currency]": "usd", "line_items[1][price_data][unit_amount]": "1",
          "line_items[1][price_data][product_data][name]": "x"}, "line_items"),
        ({"line_items[0][price_data][unit_amont]": "1"}, "line_items[0][price_data][unit_amont]"),
        ({"customer": "cus_none"}, "customer"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
    ],
)  # fmt: skip
def test_a_session_that_makes_no_sense_is_refused(double, changed, param):
    assert double.refused("checkout/sessions", **(DEPOSIT | changed))["param"] == param


def test_a_session_without_items_or_below_the_least_is_refused(double):
    bare = {"mode": "payment", "success_url": "http://shop.test/"}
    assert double.refused("checkout/sessions", **bare)["param"] == "line_items"
    little = DEPOSIT | {"line_items[0][price_data][unit_amount]": "12"}
    assert double.refused("checkout/sessions", **little)["code"] == "amount_too_small"
    both = DEPOSIT | {"customer": double.post("customers")["id"], "customer_email": "a@b.fr"}
    assert double.refused("checkout/sessions", **both)["param"] == "customer_email"
