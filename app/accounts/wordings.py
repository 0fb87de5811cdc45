"""The words around the letters about accounts that go to an address. Links, delays and warnings stay as they are."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from flask import current_app

from app.directory.models import Establishment
from app.kernel.formats import phone
from app.kernel.languages import N_, _
from app.kernel.letters import Letter
from app.kernel.wordings import Tag, wording

HELLO = N_("Bonjour,")
HOUSE = Tag("maison", N_("Nom de la maison"), lambda words: words["sender_name"])
FIRST_NAME = Tag("prenom", N_("Prénom de la personne"), lambda words: words["name"])
OLD = Tag("ancienne", N_("Adresse actuelle"), lambda words: words["change"].old_email)
NEW = Tag("nouvelle", N_("Nouvelle adresse"), lambda words: words["change"].new_email)
INVITER = Tag("personne", N_("Qui invite"), lambda words: words["inviter"])
PROVIDER = Tag("fournisseur", N_("Compte dont on se sert"), lambda words: words["provider"])


def _sample(code: str) -> Callable[[Establishment], Letter]:
    """Give a letter to somebody who does not exist."""

    def compose(house: Establishment) -> Letter:
        url = f"{current_app.config['PUBLIC_URL']}/exemple"
        context: dict[str, Any] = {
            "establishment": house,
            "phone": phone(house.phone) if house.phone else "",
            "url": url,
            "link_url": url,
            "known": False,
            "name": "Camille",
            "inviter": "Chloé Martin",
            "provider": "Google",
            "change": SimpleNamespace(old_email="camille@example.org", new_email="c.moreau@example.org"),
            "lines": [(_("Rôle"), _("Accueil")), (_("Portée"), house.name)],
        }
        return Letter(context, house.name, house.email, texts=code)

    return compose


wording(
    "accounts.registration",
    N_("Inscription à confirmer"),
    subject=N_("Votre compte : le lien pour l’ouvrir"),
    opening=(HELLO, N_("Suivez ce lien pour ouvrir votre compte. Il est valable 24 heures et sert une fois.")),
    tags=(HOUSE,),
    sample=_sample("accounts.registration"),
)
wording(
    "accounts.reset",
    N_("Lien pour un nouveau mot de passe"),
    subject=N_("Votre mot de passe : le lien pour en choisir un autre"),
    opening=(
        HELLO,
        N_("Suivez ce lien pour choisir un autre mot de passe. Il est valable une heure et sert une fois."),
    ),
    tags=(HOUSE,),
    sample=_sample("accounts.reset"),
)
wording(
    "accounts.invitation",
    N_("Invitation à rejoindre l’équipe"),
    subject=N_("{personne} vous invite à rejoindre {maison}"),
    opening=(HELLO, N_("{personne} vous invite à rejoindre l’équipe.")),
    tags=(INVITER, HOUSE),
    sample=_sample("accounts.invitation"),
)
wording(
    "accounts.old_address",
    N_("Accord pour changer d’adresse"),
    subject=N_("Votre compte : changer d’adresse ?"),
    opening=(
        N_("Bonjour {prenom},"),
        N_("Quelqu’un, vous sans doute, demande à changer l’adresse de votre compte. Le lien est valable 24 heures."),
    ),
    tags=(FIRST_NAME, OLD, NEW, HOUSE),
    sample=_sample("accounts.old_address"),
)
wording(
    "accounts.new_address",
    N_("Nouvelle adresse à confirmer"),
    subject=N_("Votre nouvelle adresse : à confirmer"),
    opening=(
        HELLO,
        N_(
            "Quelqu’un veut se servir de cette adresse pour son compte. Si c’est vous, confirmez-la dans les 24 heures."
        ),
    ),
    tags=(HOUSE,),
    sample=_sample("accounts.new_address"),
)
wording(
    "accounts.address",
    N_("Adresse e-mail changée"),
    subject=N_("L’adresse de votre compte a changé"),
    opening=(
        N_("Bonjour {prenom},"),
        N_("Les deux adresses ont donné leur accord : votre compte s’ouvre désormais avec {nouvelle}."),
    ),
    tags=(FIRST_NAME, OLD, NEW, HOUSE),
    sample=_sample("accounts.address"),
)
wording(
    "accounts.identity_proof",
    N_("Lien pour rattacher une identité"),
    subject=N_("Votre lien pour continuer avec {fournisseur}"),
    opening=(
        HELLO,
        N_(
            "Quelqu’un veut se connecter ici avec {fournisseur} et cette adresse. "
            "Si c’est vous, ouvrez ce lien dans le navigateur où vous avez commencé."
        ),
    ),
    tags=(PROVIDER, HOUSE),
    sample=_sample("accounts.identity_proof"),
)
