"""People who have an account, as rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import url_for

from app.accounts.models import Grant, TeamMember, User
from app.accounts.permissions import VIEW_ADDRESSES, VIEW_PEOPLE
from app.accounts.queries import in_force
from app.accounts.rights import queries
from app.directory.models import Person
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.datasets import BooleanFilter, ChoiceFilter, Column, DateFilter, Search, dataset
from app.kernel.datasets.finding import findable
from app.kernel.languages import N_
from app.kernel.personal import masked_email


class RoleFilter(ChoiceFilter):
    """Who has one of the chosen roles now, given to them or to a team of theirs."""

    def condition(self, known: Sequence[str]) -> sa.ColumnElement[bool]:
        """Give the SQL of holding one of the roles."""
        given = (Grant.role_id.in_([UUID(value) for value in known]), in_force(clock.now()))
        own = sa.select(Grant.user_id).where(*given, Grant.user_id.is_not(None))
        together = sa.select(TeamMember.user_id).join(Grant, Grant.team_id == TeamMember.team_id).where(*given)
        return User.id.in_(sa.union(own, together))


def _query(actor: Actor) -> sa.Select[Any]:
    return queries.users_visible_to(actor).options(*queries.ROLES_ONLY)


def _roles(_grants: Any, user: User) -> str:
    now = clock.now()
    return ", ".join(dict.fromkeys(grant.role.label for grant in user.all_grants if grant.is_in_force(now)))


PEOPLE = dataset(
    "accounts.people",
    label=N_("Personnes"),
    permission=VIEW_PEOPLE,
    query=_query,
    endpoint="people.user_list",
    columns=(
        Column("nom", N_("Nom"), "person.full_name", sortable=True, sort=Person.last_name),
        Column("prenom", N_("Prénom"), Person.first_name, sortable=True, default_shown=False),
        Column("adresse", N_("Adresse e-mail"), User.login, permission=VIEW_ADDRESSES, mask=masked_email, minor=True),
        Column("roles", N_("Rôles"), "all_grants", show=_roles),
        Column("connexion", N_("Dernière connexion"), User.last_login_at, kind="instant", sortable=True, minor=True),
        Column("acces", N_("Accès ouvert"), User.is_active, kind="boolean", sortable=True),
        Column("creation", N_("Compte créé le"), User.created_at, kind="instant", sortable=True, default_shown=False),
    ),
    filters=(
        RoleFilter(
            "role",
            N_("Rôle"),
            User.id,
            choices=lambda: [(str(role.id), role.label) for role in queries.roles()],
        ),
        BooleanFilter("acces", N_("Accès"), User.is_active, yes=N_("accès ouvert"), no=N_("accès fermé")),
        DateFilter("connexion", N_("Dernière connexion"), User.last_login_at, phrase=N_("venu %(value)s")),
    ),
    search=(Search(Person.search_text), Search(User.login, VIEW_ADDRESSES)),
    search_label=N_("Nom ou adresse"),
    default_sort="nom,prenom",
    row_link=lambda user: url_for("people.user_show", id=user.id),
    row_name=lambda user: user.person.full_name,
    empty=N_("Les personnes qui ont un compte paraîtront ici."),
)

findable(PEOPLE, icon="key-round", detail=lambda user, _actor: _roles(None, user), order=30)
