"""What holders of an account are told of its security: a line in their centre and a letter at once, never refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.accounts.letters import letter, public, when
from app.accounts.models import User
from app.kernel.access import Actor
from app.kernel.browsers import device_in_words
from app.kernel.db import new_id
from app.kernel.formats import full_date
from app.kernel.languages import N_, _
from app.kernel.letters import Letter
from app.kernel.messages import Message
from app.kernel.notices import Notice, notice, notice_category

SECURITY = notice_category("security", N_("Sécurité"))
SECURITY_PAGE = "/espace/securite"
HOUSE_S_OWN = ("role", "where")  # words the details keep in French


@dataclass(frozen=True)
class Told:
    """One thing that can happen: the subject of its letter, and its line, whose %(names)s are details of the fact."""

    subject: str
    line: str


def tell(declared: Notice, act: str, user: User, *, actor: Actor, **details: Any) -> None:
    """Tell the holder of an account what was done to it, also when they did it themselves."""
    declared.announce(about=user, actor=actor, key=str(new_id()), to=[user.person_id], act=act, **details)


def _security_notice(
    code: str, label: str, acts: Mapping[str, Told], *, advice: str, page: str = SECURITY_PAGE, way: str = ""
) -> Notice:
    """Declare a notice with what it may tell. `advice` says what to do when it was somebody else, `way` where."""
    declared = notice(f"accounts.{code}", label, category=SECURITY, optional=False, page=page)

    def line(_user: User, details: dict[str, Any]) -> str:
        told = acts[details["act"]]
        return _(told.line, **_in_words(details))

    def composed(user: User, message: Message) -> Letter:
        told = acts[message.details["act"]]
        words = letter(
            subject=_(told.subject),
            name=user.person.first_name,
            line=line(user, message.details),
            when=when(message.created_at),
            advice=_(advice),
            url=public(way or page),
        )
        words.texts = "accounts.security"
        return words

    declared.summarised_by(line)
    declared.composed_by(composed)
    return declared


def _in_words(details: dict[str, Any]) -> dict[str, str]:
    """Write the details of a fact for the reader."""
    words = {name: _(value) if name in HOUSE_S_OWN else str(value) for name, value in details.items()}
    if "device" in words:
        words["device"] = device_in_words(words["device"])
    if "until" in words:
        words["until"] = full_date(date.fromisoformat(words["until"]))
    return words


NEW_DEVICE = _security_notice(
    "new_device",
    N_("Connexion d’un nouvel appareil"),
    {
        "used": Told(
            N_("Connexion à votre compte depuis un nouvel appareil"),
            N_("Votre compte vient d’être ouvert sur un appareil inconnu : %(device)s, réseau %(network)s."),
        )
    },
    advice=N_("Si c’était vous, il n’y a rien à faire. Sinon, choisissez tout de suite un autre mot de passe."),
    page="/espace/connexions",
    way="/mot-de-passe",
)
PASSWORD = _security_notice(
    "password",
    N_("Mot de passe changé"),
    {
        "changed": Told(
            N_("Votre mot de passe a changé"),
            N_("Le mot de passe de votre compte a changé. Vos autres connexions sont fermées."),
        )
    },
    advice=N_("Si c’était vous, il n’y a rien à faire. Sinon, choisissez tout de suite un autre mot de passe."),
    page="/espace/connexions",
    way="/mot-de-passe",
)
PASSKEY = _security_notice(
    "passkey",
    N_("Clé d’accès ajoutée ou retirée"),
    {
        "added": Told(
            N_("Une clé d’accès ouvre maintenant votre compte"),
            N_("La clé d’accès « %(name)s » ouvre maintenant votre compte, sans mot de passe."),
        ),
        "removed": Told(
            N_("Une clé d’accès n’ouvre plus votre compte"),
            N_("La clé d’accès « %(name)s » n’ouvre plus votre compte."),
        ),
        "refused": Told(
            N_("Une clé d’accès de votre compte a peut-être été copiée"),
            N_("La clé d’accès « %(name)s » a été refusée : son compteur a reculé, comme celui d’une copie."),
        ),
    },
    advice=N_("Si c’était vous, il n’y a rien à faire. Sinon, retirez les clés inconnues et changez de mot de passe."),
)
SECOND_FACTOR = _security_notice(
    "second_factor",
    N_("Double vérification mise en place ou retirée"),
    {
        "added": Told(
            N_("La double vérification de votre compte est en place"),
            N_("La double vérification est en place : un code est demandé après le mot de passe."),
        ),
        "removed": Told(
            N_("La double vérification de votre compte est retirée"),
            N_("La double vérification est retirée : votre mot de passe suffit de nouveau pour entrer."),
        ),
    },
    advice=N_("Si c’était vous, il n’y a rien à faire. Sinon, changez de mot de passe et revoyez votre sécurité."),
)
IDENTITY = _security_notice(
    "identity",
    N_("Identité rattachée ou détachée"),
    {
        "linked": Told(
            N_("Une identité ouvre maintenant votre compte"),
            N_("Une identité chez %(provider)s ouvre maintenant votre compte."),
        ),
        "unlinked": Told(
            N_("Une identité n’ouvre plus votre compte"), N_("L’identité chez %(provider)s n’ouvre plus votre compte.")
        ),
    },
    advice=N_("Si c’était vous, il n’y a rien à faire. Sinon, détachez-la et changez de mot de passe."),
)
RIGHTS = _security_notice(
    "rights",
    N_("Droits donnés, changés ou repris"),
    {
        "given": Told(N_("Un rôle vous est donné"), N_("Le rôle « %(role)s » vous est donné : %(where)s.")),
        "given_until": Told(
            N_("Un rôle vous est donné"),
            N_("Le rôle « %(role)s » vous est donné jusqu’au %(until)s : %(where)s."),
        ),
        "until": Told(
            N_("Les dates d’un de vos rôles ont changé"),
            N_("Votre rôle « %(role)s » vaut désormais jusqu’au %(until)s : %(where)s."),
        ),
        "for_good": Told(
            N_("Les dates d’un de vos rôles ont changé"),
            N_("Votre rôle « %(role)s » vaut désormais sans fin : %(where)s."),
        ),
        "ended": Told(N_("Un de vos rôles est repris"), N_("Le rôle « %(role)s » vous est repris : %(where)s.")),
        "joined": Told(
            N_("Vous êtes entré dans une équipe"),
            N_("Vous êtes de l’équipe « %(team)s » : ses rôles sont les vôtres."),
        ),
        "left": Told(
            N_("Vous n’êtes plus d’une équipe"),
            N_("Vous n’êtes plus de l’équipe « %(team)s » : ses rôles ne sont plus les vôtres."),
        ),
        "reopened": Told(
            N_("L’accès à votre compte est rouvert"),
            N_("L’accès à votre compte est rouvert, avec les rôles qui restent."),
        ),
    },
    advice=N_("Si cela vous surprend, demandez à la maison."),
    page="/espace",
)
