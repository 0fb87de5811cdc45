"""The invitations as rows."""

from flask import url_for

from app.accounts import queries, service
from app.accounts.models import Invitation, InvitationState
from app.accounts.permissions import GRANT
from app.accounts.scopes import scope_in_words
from app.kernel.datasets import BulkAction, ChoiceFilter, Column, DateFilter, TextFilter, dataset
from app.kernel.languages import N_, _

INVITATIONS = dataset(
    "accounts.invitations",
    label=N_("Invitations"),
    permission=GRANT,
    query=queries.invitations_visible_to,
    endpoint="invitations.invitation_list",
    columns=(
        Column("adresse", N_("Adresse e-mail"), Invitation.email, sortable=True),
        Column("role", N_("Rôle"), "role.name", show=lambda name, _invitation: _(name)),
        Column("portee", N_("Où"), "scope", minor=True, show=lambda scope, _invitation: scope_in_words(scope)),
        Column("etat", N_("État"), Invitation.state, kind="choice", sortable=True),
        Column("expire", N_("Ouverte jusqu’au"), Invitation.expires_at, kind="instant", sortable=True, minor=True),
        Column("par", N_("Invitée par"), "inviter.person.full_name", minor=True),
        Column("quand", N_("Envoyée le"), Invitation.created_at, kind="instant", sortable=True, default_shown=False),
    ),
    filters=(
        ChoiceFilter("etat", N_("État"), Invitation.state, choices=InvitationState),
        DateFilter("quand", N_("Envoyée le"), Invitation.created_at),
        TextFilter("adresse", N_("Adresse"), Invitation.email),
    ),
    default_sort="-quand",
    row_link=lambda invitation: url_for("invitations.invitation_show", id=invitation.id),
    row_name=lambda invitation: invitation.email,
    bulk_actions=(
        BulkAction(
            "revoke",
            N_("Retirer"),
            GRANT,
            lambda invitation, actor, _form: service.revoke_invitation(invitation, actor=actor),
            (N_("%(num)s invitation retirée"), N_("%(num)s invitations retirées")),
            confirm=N_("Leurs liens n’ouvriront plus rien."),
        ),
    ),
    empty=N_("Les invitations envoyées paraîtront ici, avec leur réponse."),
)
