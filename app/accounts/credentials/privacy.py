"""What credentials hold of people; what proves them (secrets, public keys, digests of codes) is told to nobody."""

from typing import Any

import sqlalchemy as sa

from app.accounts import queries as accounts
from app.accounts.credentials import queries
from app.accounts.credentials.models import OutsideIdentity
from app.accounts.credentials.outside import provider_named
from app.accounts.models import User
from app.directory.models import normalised_email
from app.kernel.db import db
from app.kernel.languages import N_, _
from app.kernel.privacy import Basis, Known, personal_data


def _export(known: Known) -> list[dict[str, Any]]:
    user = accounts.user_of(known.person_id)
    return [*_second_factor(user), *_passkeys(user), *_identities(user)] if user is not None else []


def _second_factor(user: User) -> list[dict[str, Any]]:
    authenticator = queries.authenticator_of(user)
    if authenticator is None:
        return []
    return [
        {
            _("Double vérification depuis le"): authenticator.created_at,
            _("Dernier code le"): authenticator.last_used_at,
            _("Codes de secours restants"): queries.recovery_codes_left(user),
        }
    ]


def _passkeys(user: User) -> list[dict[str, Any]]:
    return [
        {
            _("Clé d’accès"): passkey.name,
            _("Ajoutée le"): passkey.created_at,
            _("Dernier usage le"): passkey.last_used_at,
        }
        for passkey in queries.passkeys_of(user)
    ]


def _identities(user: User) -> list[dict[str, Any]]:
    return [
        {
            _("Identité chez"): provider.label
            if (provider := provider_named(identity.provider))
            else identity.provider,
            _("Identifiant là-bas"): identity.subject,
            _("Nom donné"): f"{identity.first_name} {identity.last_name}".strip(),
            _("Adresse donnée"): identity.email,
            _("Connue depuis le"): identity.created_at,
            _("Dernier usage le"): identity.last_used_at,
        }
        for identity in queries.identities_of(user)
    ]


def _erase(known: Known) -> None:
    """Forget the identities nobody proved; the others go with the account, as keys and codes do."""
    addresses = [normalised_email(address) for address in known.addresses]
    unproven = sa.delete(OutsideIdentity).where(OutsideIdentity.user_id.is_(None))
    db.session.execute(unproven.where(sa.func.lower(OutsideIdentity.email).in_(addresses)))


personal_data(
    "accounts.credentials",
    N_("Clés d’accès, double vérification, identités ailleurs"),
    purpose=N_("S’assurer que c’est bien la personne qui entre"),
    basis=Basis.CONTRACT,
    people=N_("Équipe, clients ayant un compte"),
    contents=N_(
        "Noms et dates des clés, mise en place de la double vérification, identités chez d’autres fournisseurs"
    ),
    recipients=N_("Personne d’autre que l’intéressé"),
    kept=N_("Le temps du compte ; une identité jamais prouvée, un jour"),
    on_erasure=N_("Les clés, les codes et les identités sont supprimés avec le compte."),
    export=_export,
    erase=_erase,
)
