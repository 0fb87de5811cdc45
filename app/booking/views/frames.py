"""The booking steps in a frame of another web site: same steps, no cookie, forms signed by their own address."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, g, request, url_for
from flask_wtf.csrf import CSRFError

from app.booking.guarantees.leaving import promised_instead
from app.booking.guarantees.paying import kept_context, payment_link
from app.booking.guarantees.queries import still_due
from app.booking.guarantees.settling import follow_payment
from app.booking.models import Guarantee, Reservation, ReservationOrigin, ReservationState
from app.booking.settings import allowed_sites
from app.booking.views.choosing import choose
from app.booking.views.counters import Counter, establishment_here
from app.booking.views.open_wishes import asked_by, open_wish_context
from app.booking.views.own import invitation, own_context
from app.booking.views.promising import ask_details, hold_or_reserve
from app.booking.views.public import bp as public_bp
from app.booking.views.seals import Seal, read_seal
from app.directory.queries import establishment_by_slug
from app.kernel import clock, framing
from app.kernel.assets import asset_show
from app.kernel.db import db, transaction
from app.kernel.formats import euros
from app.kernel.guards import public
from app.kernel.languages import LANGUAGES, SOURCE
from app.kernel.limits import limiter, search_limit, write_limit
from app.kernel.security import csrf, leading_to
from app.kernel.web import page, redirect_to
from app.payments import service as payments

bp = Blueprint("frames", __name__, url_prefix="/integrer")
csrf.exempt(bp)

NOT_PROMISED = (ReservationState.HELD, ReservationState.EXPIRED)
THEMES = {"claire": "light", "sombre": "dark"}
AN_HOUR = "public, max-age=3600"


@bp.before_request
def enter_frame() -> None:
    """Answer for a frame, errors included: by whom it may be shown, in which language, without a cookie."""
    asked = request.view_args or {}
    slug = asked["slug"]
    establishment, borne = establishment_by_slug(slug), read_seal(asked.get("seal", ""), slug)
    g.is_sealed = borne is not None and not borne.is_over
    seal: Seal = borne if borne and g.is_sealed else _fresh(borne)
    g.seal, g.establishment = seal, establishment
    framing.enter(
        framing.Frame(
            sites=allowed_sites(establishment.id) if establishment else (),
            start_url=url_for(".choice_show", slug=slug, seal=seal.signed(slug)),
            whole_url=url_for("booking.choice_show", slug=slug),
            language=seal.language,
            theme=seal.theme,
        )
    )


@bp.get("/<string:slug>", defaults={"seal": ""})
@bp.get("/<string:slug>/<string:seal>")
@public
def choice_show(slug: str, seal: str) -> Response:  # noqa: ARG001 - read before the view
    """Show covers, calendar and times. Whoever comes late, or with a seal that is not ours, begins with a new one."""
    return choose(_counter(slug))


@bp.post("/<string:slug>", defaults={"seal": ""})
@bp.post("/<string:slug>/<string:seal>")
@public
@limiter.limit(write_limit)
def reservation_create(slug: str, seal: str) -> Response:  # noqa: ARG001 - as above
    """Hold the chosen time; with the guest's details, promise the table."""
    if not g.is_sealed:
        raise CSRFError
    framing.signed_by_its_address()
    return hold_or_reserve(_counter(slug))


@bp.get("/<string:slug>/<string:seal>/coordonnees")
@public
def details_new(slug: str, seal: str) -> Response:  # noqa: ARG001 - as above
    """Ask who comes, while the table is held."""
    return ask_details(_counter(slug))


@bp.get("/<string:slug>/<string:seal>/confirmation/<uuid:id>")
@public
def confirmation_show(slug: str, seal: str, id: UUID) -> Response:
    """Say that the table is promised; the letter gives the way to change or cancel."""
    reservation = _own_promise(slug, id)
    here = {"own_url": None, "pdf_url": None, "ics_url": url_for(".invitation_show", slug=slug, seal=seal, id=id)}
    return page("booking/confirmation_show.html", **{**own_context(reservation), **here})


@bp.get("/<string:slug>/<string:seal>/confirmation/<uuid:id>/invitation.ics")
@public
def invitation_show(slug: str, seal: str, id: UUID) -> Response:  # noqa: ARG001 - as above
    """Give the calendar file."""
    return invitation(_own_promise(slug, id))


@bp.get("/<string:slug>/<string:seal>/verification/<uuid:id>")
@public
def open_wish_show(slug: str, seal: str, id: UUID) -> Response:
    """Say that the house is looking, or what it found."""
    return page("booking/open_wish_show.html", **_open_wish(slug, seal, id))


@bp.get("/<string:slug>/<string:seal>/verification/<uuid:id>/_reponse")
@public
def open_wish_fragment(slug: str, seal: str, id: UUID) -> Response:
    """Give the part that changes when the answer is there."""
    return page("booking/_open_wish.html", **_open_wish(slug, seal, id))


@bp.get("/<string:slug>/<string:seal>/garantie/<uuid:id>")
@public
def guarantee_show(slug: str, seal: str, id: UUID) -> Response:
    """Say what is to be paid for the table that is kept, in a window of its own: no payment page shows in a frame."""
    guarantee = _own_guarantee(slug, id)
    with transaction():
        follow_payment(guarantee)
    if guarantee.reservation.state not in NOT_PROMISED:
        return redirect_to(url_for(".confirmation_show", slug=slug, seal=seal, id=guarantee.reservation_id))
    instead = promised_instead(guarantee)
    if instead is not None:
        return redirect_to(url_for(".confirmation_show", slug=slug, seal=seal, id=instead.id))
    context = kept_context(guarantee)
    context["amount"] = euros(still_due(guarantee.reservation))
    context["pay_url"] = url_for(".payment_create", slug=slug, seal=seal, id=id)
    context["again_url"] = url_for(".guarantee_show", slug=slug, seal=seal, id=id)
    context["next_url"] = url_for(".guarantee_fragment", slug=slug, seal=seal, id=id)
    return leading_to(page("booking/guarantees/frame_guarantee_show.html", **context), payments.pages_origin())


@bp.get("/<string:slug>/<string:seal>/garantie/<uuid:id>/_suite")
@public
@limiter.limit(search_limit)
def guarantee_fragment(slug: str, seal: str, id: UUID) -> Response:
    """Lead on once the other window has paid, or the table is let go of; nothing until then."""
    guarantee = _own_guarantee(slug, id)
    is_waited_for = guarantee.reservation.state is ReservationState.HELD and guarantee.receivable.is_payable(
        clock.now()
    )
    if is_waited_for:
        return Response(status=204)
    return redirect_to(url_for(".guarantee_show", slug=slug, seal=seal, id=id))


@bp.post("/<string:slug>/<string:seal>/garantie/<uuid:id>")
@public
@limiter.limit(write_limit)
def payment_create(slug: str, seal: str, id: UUID) -> Response:  # noqa: ARG001 - as above
    """Go on to Stripe's page, in a window of its own, where the visitor is known by a link."""
    guarantee = _own_guarantee(slug, id)
    framing.signed_by_its_address()
    with transaction():
        return redirect_to(payment_link(guarantee))


@public_bp.get("/integrer.js")
@public
def frame_script_show() -> Response:
    """Give the script by which another site lets the frame take the height of what it shows."""
    answer: Response = asset_show("js/frame-host.js")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = AN_HOUR
    return answer


def _fresh(late: Seal | None) -> Seal:
    """Give a new seal, in the language and look of the one whose time has passed, or as the address asks."""
    if late is not None:
        return Seal.fresh(late.language, late.theme)
    asked = request.args.get("langue", "")
    spoken = asked if asked in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), default=SOURCE)
    return Seal.fresh(str(spoken), THEMES.get(request.args.get("apparence", ""), "auto"))


def _counter(slug: str) -> Counter:
    seal: Seal = g.seal
    signed = seal.signed(slug)
    return Counter(
        establishment_here(slug),
        url_for(".choice_show", slug=slug, seal=signed),
        url_for(".details_new", slug=slug, seal=signed),
        ReservationOrigin.SITE,
        lambda: seal.visitor,
        lambda: seal.visitor,
        lambda reservation: url_for(".confirmation_show", slug=slug, seal=signed, id=reservation.id),
        lambda wish: url_for(".open_wish_show", slug=slug, seal=signed, id=wish.id),
        lambda guarantee: url_for(".guarantee_show", slug=slug, seal=signed, id=guarantee.id),
    )


def _open_wish(slug: str, seal: str, id: UUID) -> dict[str, Any]:
    wish = asked_by(g.seal.visitor if g.is_sealed else None, id)
    return open_wish_context(
        wish,
        url_for(".open_wish_show", slug=slug, seal=seal, id=id),
        url_for(".open_wish_fragment", slug=slug, seal=seal, id=id),
        url_for(".choice_show", slug=slug, seal=seal),
    )


def _own_guarantee(slug: str, guarantee_id: UUID) -> Guarantee:
    """Give what this very visitor is asked here; 404 to any other."""
    establishment, guarantee = establishment_here(slug), db.session.get(Guarantee, guarantee_id)
    if (
        not g.is_sealed
        or guarantee is None
        or guarantee.visitor != g.seal.visitor
        or guarantee.reservation.establishment_id != establishment.id
    ):
        abort(404)
    return guarantee


def _own_promise(slug: str, reservation_id: UUID) -> Reservation:
    """Give the reservation this very visitor made here; 404 for any other."""
    establishment, reservation = establishment_here(slug), Reservation.get(reservation_id)
    if (
        not g.is_sealed
        or reservation is None
        or reservation.visitor != g.seal.visitor
        or reservation.establishment_id != establishment.id
    ):
        abort(404)
    return reservation
