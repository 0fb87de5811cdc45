"""What accounts hold of people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts import queries
from app.accounts.models import AccountRequest, AddressChange, Grant, Invitation, User, UserSession
from app.directory.models import normalised_email
from app.kernel import clock
from app.kernel.db import Identified, db
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Found, Known, person_reference, personal_data, retention

person_reference(
    User.person_id,
    label=N_("Compte"),
    sole=N_("Les deux fiches ont un compte, et deux comptes ne se réunissent pas : fermez d’abord l’un des deux."),
)


def _find(person_id: UUID) -> Found:
    user = queries.user_of(person_id)
    if user is None:
        return Found()
    return Found(records=[("User", user.id)], actors=[str(user.id)], addresses=[user.login])


def _export(known: Known) -> list[dict[str, Any]]:
    user = queries.user_of(known.person_id)
    if user is None:
        return []
    account = {
        _("Identifiant"): user.login,
        _("Créé le"): user.created_at,
        _("Dernière connexion"): user.last_login_at,
        _("Rôles"): ", ".join(_(grant.role.name) for grant in user.grants),
    }
    sessions = db.session.scalars(sa.select(UserSession).where(UserSession.user_id == user.id))
    return [
        account,
        *(
            {
                _("Session ouverte le"): opened.created_at,
                _("Vue le"): opened.last_seen_at,
                _("Appareil"): opened.device,
                _("Réseau"): opened.network,
            }
            for opened in sessions
        ),
    ]


def _erase(known: Known) -> None:
    addresses = [normalised_email(address) for address in known.addresses]
    db.session.execute(sa.delete(AccountRequest).where(AccountRequest.email_normalised.in_(addresses)))
    db.session.execute(sa.delete(Invitation).where(Invitation.email_normalised.in_(addresses)))
    db.session.execute(sa.update(Grant).where(Grant.given_by.in_(known.names)).values(given_by=""))
    user = queries.user_of(known.person_id)
    if user is not None:
        db.session.delete(user)
        db.session.flush()


def _obstacles(known: Known) -> list[str]:
    user = queries.user_of(known.person_id)
    if user is None or queries.managers_of_everything(clock.now()) != {user.id}:
        return []
    return [_("C’est le dernier compte administrateur : donnez d’abord ce rôle à quelqu’un d’autre.")]


personal_data(
    "accounts.users",
    N_("Compte et connexions"),
    purpose=N_("Ouvrir l’application à qui en a le droit, et voir qui s’y est connecté"),
    basis=Basis.CONTRACT,
    people=N_("Équipe, clients ayant un compte"),
    contents=N_("Adresse de connexion, empreinte du mot de passe, rôles, appareils et réseaux tronqués"),
    recipients=N_("Les administrateurs"),
    kept=N_("Le temps du compte ; les sessions, six mois après leur fin"),
    on_erasure=N_("Le compte, ses rôles et ses sessions sont supprimés."),
    find=_find,
    export=_export,
    erase=_erase,
    obstacles=_obstacles,
)


def _sessions_due(before: datetime) -> sa.Select[Any]:
    return sa.select(UserSession.id).where(sa.func.coalesce(UserSession.ended_at, UserSession.expires_at) < before)


def _requests_due(before: datetime) -> sa.Select[Any]:
    return sa.select(AccountRequest.id).where(AccountRequest.created_at < before)


def _address_changes_due(before: datetime) -> sa.Select[Any]:
    return sa.select(AddressChange.id).where(AddressChange.created_at < before)


def _forgetting(model: type[Identified]) -> Callable[[list[UUID]], None]:
    def forget(ids: list[UUID]) -> None:
        db.session.execute(sa.delete(model).where(model.id.in_(ids)))

    return forget


retention(
    "accounts.sessions",
    N_("Sessions terminées"),
    kept_for=timedelta(days=182),
    why=N_("Six mois pour comprendre un incident de sécurité (recommandation de la CNIL sur la journalisation)"),
    act=N_("Supprimées"),
    due=_sessions_due,
    apply=_forgetting(UserSession),
)
retention(
    "accounts.requests",
    N_("Demandes d’inscription et de mot de passe"),
    kept_for=timedelta(days=30),
    why=N_("Le lien de la demande ne sert plus"),
    act=N_("Supprimées"),
    due=_requests_due,
    apply=_forgetting(AccountRequest),
)
retention(
    "accounts.address_changes",
    N_("Changements d’adresse"),
    kept_for=timedelta(days=30),
    why=N_("Le changement est fait, ou abandonné"),
    act=N_("Supprimés"),
    due=_address_changes_due,
    apply=_forgetting(AddressChange),
)
