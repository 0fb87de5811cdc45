"""Pages of invitations: the team's list, what it sends and takes back; and the page of whoever was invited."""

from functools import partial

from flask import Blueprint, Response, url_for

from app.accounts import queries, service
from app.accounts.datasets import INVITATIONS
from app.accounts.forms import AccountForm, InvitationForm
from app.accounts.models import Invitation, Role
from app.accounts.permissions import GRANT, INVITATION_LINK
from app.accounts.rights.granting import may_touch
from app.accounts.scopes import read_scope, scope_choices, scope_in_words
from app.accounts.states import LIFECYCLE
from app.accounts.views.blueprint import let_in
from app.directory.queries import house_zone
from app.kernel import datasets, links, navigation
from app.kernel.access import acting
from app.kernel.answers import Answer, answered, put
from app.kernel.db import transaction
from app.kernel.formats import instant
from app.kernel.forms import tidy
from app.kernel.guards import public, requires
from app.kernel.languages import _
from app.kernel.lifecycle import RuleBroken
from app.kernel.limits import limiter, write_limit
from app.kernel.web import done, error_page, page, redirect_to

bp = Blueprint("invitations", __name__)


@bp.get("/admin/personnes/invitations")
@requires(GRANT)
def invitation_list() -> Response:
    """List the invitations this actor may see."""
    return datasets.list_page(INVITATIONS, template="accounts/invitation_list.html")


@bp.get("/admin/personnes/invitations/nouvelle")
@requires(GRANT)
def invitation_new() -> Response:
    """Ask whom to invite, to do what, and where."""
    form, _roles = _form()
    return page("accounts/invitation_new.html", form=form)


@bp.post("/admin/personnes/invitations/nouvelle")
@requires(GRANT)
@limiter.limit(write_limit)
def invitation_create() -> Response:
    """Send an invitation."""
    form, roles = _form()
    email = tidy(form.email.data)
    answer = Answer(
        act=lambda: service.invite(
            email, roles[form.role.data], read_scope(form.scope.data), days=form.days.data, actor=acting()
        ),
        show=partial(page, "accounts/invitation_new.html", form=form),
        message=_("L’invitation part à %(email)s.", email=email),
        fallback=url_for(".invitation_list"),
    )
    return answered(form, answer)


@bp.get("/admin/personnes/invitations/<uuid:id>")
@requires(GRANT, on=Invitation)
def invitation_show(invitation: Invitation) -> Response:
    """Show one invitation, and what may be done with it."""
    facts = [
        (_("Rôle"), _(invitation.role.name)),
        (_("Où"), scope_in_words(invitation.scope)),
        (_("Invitée par"), invitation.inviter.person.full_name),
        (_("Envoyée le"), instant(invitation.created_at, house_zone())),
        (_("Ouverte jusqu’au"), instant(invitation.expires_at, house_zone())),
    ]
    open_ = LIFECYCLE.allows("revoke", invitation)
    history = navigation.panels_on(invitation, acting(), "history")
    return page("accounts/invitation_show.html", invitation=invitation, facts=facts, open=open_, history=history)


@bp.post("/admin/personnes/invitations/<uuid:id>/retrait")
@requires(GRANT, on=Invitation)
def invitation_delete(invitation: Invitation) -> Response:
    """Take an invitation back."""
    with transaction():
        service.revoke_invitation(invitation, actor=acting())
    message = _("L’invitation est retirée : son lien n’ouvre plus rien.")
    return done(None, fallback=url_for(".invitation_list"), message=message)


def _form() -> tuple[InvitationForm, dict[str, Role]]:
    """Give the form with the roles and scopes this actor may give, and those roles by code."""
    actor, form = acting(), InvitationForm()
    written = [(read_scope(value), value, label) for value, label in scope_choices()]
    givable = {role: [choice for choice in written if may_touch(role, choice[0], actor)] for role in queries.roles()}
    roles = {role.code: role for role, scopes in givable.items() if scopes}
    given = {choice for scopes in givable.values() for choice in scopes}
    form.role.choices = [(code, _(role.name)) for code, role in roles.items()]
    form.scope.choices = [(value, label) for scope, value, label in written if (scope, value, label) in given]
    return form, roles


# --- who was invited ------------------------------------------------------------------------------------------


@bp.get("/invitation/<string(length=43):secret>")
@public
@limiter.limit(write_limit)
def invitation_link_show(secret: str) -> Response:
    """Trade the link's secret for a cookie, and go on to a clean address."""
    if links.exchange(secret, INVITATION_LINK) is None:
        return _no_link()
    return redirect_to(url_for(".acceptance_new"))


@bp.get("/invitation")
@public
def acceptance_new() -> Response:
    """Say what is offered; ask for names and a password unless the address has an account."""
    invitation = _followed()
    return _acceptance_page(invitation, AccountForm()) if invitation else _no_link()


@bp.post("/invitation")
@public
@limiter.limit(write_limit)
def acceptance_create() -> Response:
    """Accept; a new account is let in, one that exists goes by the login page."""
    invitation, form = _followed(), AccountForm()
    if invitation is None:
        return _no_link()
    has_account, status = queries.user_with_login(invitation.email) is not None, 422
    if has_account or form.validate_on_submit():
        try:
            with transaction():
                user = service.accept_invitation(invitation, **({} if has_account else form.values()), actor=acting())
                if not has_account:
                    let_in(user)
        except RuleBroken as refusal:
            status = put(refusal, form)
        else:
            return done(None, fallback=url_for("security.verification_new"), message=_("Bienvenue dans l’équipe."))
    return _acceptance_page(invitation, form, status)


def _followed() -> Invitation | None:
    return queries.borne(Invitation, INVITATION_LINK, acting())


def _acceptance_page(invitation: Invitation, form: AccountForm, status: int = 200) -> Response:
    return page(
        "accounts/acceptance_new.html",
        status=status,
        form=form,
        invitation=invitation,
        scope=scope_in_words(invitation.scope),
        has_account=queries.user_with_login(invitation.email) is not None,
    )


def _no_link() -> Response:
    return error_page(404, _("Cette invitation n’est plus ouverte. Demandez-en une autre à la maison."))
