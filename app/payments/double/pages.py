"""The pages of the double: where one pays, where the bank asks, and what happened. They work without JavaScript."""

from urllib.parse import urlencode, urlsplit

from babel.numbers import format_currency
from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.kernel.languages import LANGUAGES, SOURCE, _, speaking
from app.payments.double.cards import AUTHENTICATION, CARDS, COMMON, SPOKEN, Decline
from app.payments.double.customers import check_card, known_card, new_method
from app.payments.double.errors import CardRefusal, StripeRefusal
from app.payments.double.forms import CardForm
from app.payments.double.intents import authenticated
from app.payments.double.listing import found
from app.payments.double.overview import Overview
from app.payments.double.parts import parts
from app.payments.double.sessions import complete_session, expire_due, pay_session, return_address
from app.payments.double.setups import setup_authenticated
from app.payments.double.store import Thing

bp = Blueprint("pages", __name__)
CARRIED = 303
BY_REASON: dict[str, Decline] = {decline.reason: decline for decline in SPOKEN}


@bp.errorhandler(StripeRefusal)
def refused(refusal: StripeRefusal) -> AnyResponse:
    """Show that nothing is to be paid at this address."""
    return _page("payments/double/closed_show.html", 404 if refusal.status == 404 else 409, session=None)


@bp.get("/c/pay/<id>")
def payment_show(id: str) -> AnyResponse:
    """Show what is to be paid, and the cards to try it with."""
    session = _session(id)
    if session["status"] != "open":
        return _closed(session)
    card = CARDS.get(request.args.get("card", ""), next(iter(CARDS.values())))
    form = CardForm(data={"email": (session["customer_details"] or {}).get("email", "")})
    form.number.data, form.expiry.data, form.cvc.data = card.spaced, "12/34", "123"
    return _payment(session, form)


@bp.post("/c/pay/<id>")
def payment_create(id: str) -> AnyResponse:
    """Use the card: paid, refused, or first to be confirmed at the bank."""
    form = CardForm(request.form)
    if not form.validate():
        return _payment(_session(id), _without_real_number(form), status=422)
    try:
        with parts().store.transaction():
            session = _session(id)
            if session["status"] != "open":
                return _closed(session)
            return _carried_on(session, _paid(session, form))
    except CardRefusal as refusal:
        return _payment(_session(id), _without_real_number(form), status=402, refusal=_spoken(refusal))


def _paid(session: Thing, form: CardForm) -> Thing:
    store, (month, year) = parts().store, form.month_and_year
    card = known_card(form.number.data or "")
    check_card(store, month, year, form.cvc.data)
    billing = {"email": form.email.data, "name": form.name.data or None}
    return pay_session(store, session, new_method(store, card, month, year, billing), form.email.data or "")


def _carried_on(session: Thing, intent: Thing) -> AnyResponse:
    if intent["status"] == "requires_action":
        return redirect(url_for(".challenge_show", id=intent["id"], lang=_language(session)), CARRIED)
    complete_session(parts().store, session)
    return redirect(return_address(session), CARRIED)


@bp.get("/c/3ds/<id>")
def challenge_show(id: str) -> AnyResponse:
    """Be the bank of the customer, which asks whether it is really them."""
    intent = _intent(id)
    session = parts().store.get(intent.get("_session"))
    if intent["status"] != "requires_action":
        return _closed(session) if session else redirect(url_for(".overview_show"))
    g.leaving_for = f"{_origin(session['success_url'] if session else _return_url(intent))}"
    return _page("payments/double/challenge_show.html", session=session, intent=intent, house=_house(session),
                 amount=_amount(intent) if "amount" in intent else "")  # fmt: skip


@bp.post("/c/3ds/<id>")
def challenge_create(id: str) -> AnyResponse:
    """Take the answer, and go on from there."""
    accepted = request.form.get("answer") == "accept"
    try:
        with parts().store.transaction():
            intent = _intent(id)
            session = parts().store.get(intent.get("_session"))
            verb = authenticated if intent["object"] == "payment_intent" else setup_authenticated
            back = _return_url(intent)
            intent = verb(parts().store, intent, accepted=accepted)
            if session is None:
                return redirect(_told(back, intent), CARRIED)
            if accepted:
                return _carried_on(session, intent)
    except CardRefusal as refusal:
        if session is None:
            return redirect(_told(back, _intent(id)), CARRIED)
        return _payment(session, CardForm(), status=402, refusal=_spoken(refusal))
    return redirect(url_for(".payment_show", id=session["id"], refused="yes", lang=_language(session)), CARRIED)


@bp.get("/")
def overview_show() -> AnyResponse:
    """Show what this double knows: sessions, payments, refunds, and the events with their deliveries."""
    with speaking(_language(None)):
        shown = Overview(parts().store, parts().courier, _language(None))
    return _page("payments/double/overview_show.html", overview=shown, house=parts().settings.name)


def _payment(session: Thing, form: CardForm, *, status: int = 200, refusal: str = "") -> AnyResponse:
    g.leaving_for = " ".join({_origin(session["success_url"]), _origin(session["cancel_url"] or "")} - {""})
    language = _language(session)
    with speaking(language):
        if not refusal and request.args.get("refused"):
            refusal = _(SPOKEN[AUTHENTICATION])
        form = form.spoken()
    return _page(
        "payments/double/payment_show.html",
        status,
        session=session,
        form=form,
        refusal=refusal,
        house=_house(session),
        amount=_amount(session) if session["mode"] == "payment" else "",
        items=[(item, _money(item["amount_total"], item["currency"], language)) for item in _items(session)],
        cards=list(CARDS.values()),
        common=COMMON,
    )


def _closed(session: Thing) -> AnyResponse:
    if session["status"] == "complete":
        return redirect(return_address(session), CARRIED)
    return _page("payments/double/closed_show.html", 410, session=session, house=_house(session))


def _page(template: str, status: int = 200, *, session: Thing | None = None, **values: object) -> AnyResponse:
    language = _language(session)
    with speaking(language):
        values.setdefault("house", parts().settings.name)
        text = render_template(template, session=session, language=language, languages=LANGUAGES, **values)
    response = Response(text, status)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _session(id: str) -> Thing:
    with parts().store.transaction():
        expire_due(parts().store)
    return found(parts().store, "checkout.session", id)


def _intent(id: str) -> Thing:
    return found(parts().store, "payment_intent" if id.startswith("pi_") else "setup_intent", id)


def _items(session: Thing) -> list[Thing]:
    items: list[Thing] = session["_line_items"]["data"]
    return items


def _house(session: Thing | None) -> str:
    return (session or {}).get("_house") or parts().settings.name


def _language(session: Thing | None) -> str:
    """Give the language asked for on the page, then by the shop, then by the browser."""
    asked = request.args.get("lang") or str((session or {}).get("locale") or "")[:2]
    return asked if asked in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), SOURCE) or SOURCE


def _amount(thing: Thing) -> str:
    amount = thing.get("amount_total") or thing.get("amount") or 0
    return _money(amount, thing["currency"], _language(thing))


def _money(amount: int, currency: str, language: str) -> str:
    return str(format_currency(amount / 100, currency.upper(), locale=language))


def _origin(address: str) -> str:
    """Give the site of an address: forms may lead there by a redirection, and the policy has to say so."""
    split = urlsplit(address)
    return f"{split.scheme}://{split.netloc}" if split.netloc else ""


def _return_url(intent: Thing) -> str:
    return str((intent["next_action"] or {}).get("redirect_to_url", {}).get("return_url", ""))


def _told(back: str, intent: Thing) -> str:
    done = {"succeeded": "succeeded", "requires_capture": "succeeded", "processing": "pending"}
    answer = {
        intent["object"]: intent["id"],
        f"{intent['object']}_client_secret": intent["client_secret"],
        "redirect_status": done.get(intent["status"], "failed"),
    }
    return f"{back}{'&' if '?' in back else '?'}{urlencode(answer)}" if back else url_for(".overview_show")


def _spoken(refusal: CardRefusal) -> str:
    with speaking(_language(None)):
        reason = refusal.content.get("decline_code") or refusal.content["code"]
        decline = BY_REASON.get(reason)
        return (
            _(SPOKEN[decline])
            if decline
            else _("La banque ne reconnaît pas cette carte : vérifiez sa date et son code.")
        )


def _without_real_number(form: CardForm) -> CardForm:
    """Never write back a number that is not one of ours."""
    try:
        known_card(form.number.data or "")
    except CardRefusal:
        form.number.data = form.cvc.data = ""
    return form
