"""What the reader of a letter changes by its own link: how soon others like it come. No account, no cookie."""

from flask import Response, abort, request, url_for

from app.directory.models import Person
from app.kernel import links
from app.kernel.access import Actor
from app.kernel.db import transaction
from app.kernel.guards import public
from app.kernel.languages import N_, _
from app.kernel.letters import SUBSCRIPTION
from app.kernel.links import Link
from app.kernel.messages import Channel, Message
from app.kernel.notices import Mode, Notice, notices
from app.kernel.security import csrf
from app.kernel.web import page
from app.notifications import queries, service
from app.notifications.notices import DIGEST
from app.notifications.post_office import mode_for
from app.notifications.resolution import EVERYTHING
from app.notifications.views.blueprint import bp


@bp.get("/courrier/<string:secret>")
@public
def subscription_edit(secret: str) -> Response:
    """Ask how soon such letters should come. Mail programs that look ahead change nothing."""
    person, declared, _link = _subscription(secret)
    return _subscription_page(secret, person, declared)


@bp.post("/courrier/<string:secret>")
@public
def subscription_update(secret: str) -> Response:
    """Stop such letters, as mail programs ask in one click, or have them come as chosen on the page."""
    person, declared, link = _subscription(secret)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    chosen = Mode.OFF.value if one_click else request.form.get("mode", "")
    if chosen not in [mode.value for mode in _modes(declared)]:
        abort(400)
    actor = Actor("link", str(link.id), N_("Par le lien d’un message"), person.id)
    with transaction():
        service.subscribe(person, declared, Mode(chosen), actor=actor)
    if one_click:
        return Response(status=204)
    return _subscription_page(secret, person, declared, is_changed=True)


csrf.exempt(subscription_update)  # RFC 8058: mail programs post here by themselves; the secret is the right


def _subscription(secret: str) -> tuple[Person, Notice, Link]:
    """Give whose letter it was and of which notice; 404 when the secret opens nothing (any more)."""
    link = links.opened_by(secret, SUBSCRIPTION)
    message = Message.get(link.record_id) if link is not None else None
    person = Person.get(link.person_id) if link is not None and link.person_id else None
    declared = notices().get(message.notice) if message is not None else None
    if link is None or person is None or declared is None or not declared.optional:
        abort(404, description=_("Ce lien n’est plus valable. Vos préférences restent ce qu’elles étaient."))
    return person, declared, link


def _subscription_page(secret: str, person: Person, declared: Notice, *, is_changed: bool = False) -> Response:
    wishes = queries.wishes_of([person.id]).get(person.id, {})
    chosen = wishes.get(Channel.EMAIL, {}).get(EVERYTHING) if declared is DIGEST else mode_for(declared, wishes)
    response = page(
        "notifications/subscription_edit.html",
        label=_("Tous les avis") if declared is DIGEST else _(declared.label),
        modes=_modes(declared),
        chosen=chosen,
        is_changed=is_changed,
        url=url_for(".subscription_update", secret=secret),
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _modes(declared: Notice) -> tuple[Mode, ...]:
    """Letters to guests come or do not; what is announced may also be added up."""
    return (Mode.NOW, Mode.OFF) if not declared.is_announced and declared is not DIGEST else tuple(Mode)
