"""The log of messages as rows, and the addresses nothing is sent to."""

from typing import Any

from app.kernel import telling
from app.kernel.access import Actor
from app.kernel.datasets import BulkAction, ChoiceFilter, Column, DateFilter, Search, TextFilter, dataset
from app.kernel.languages import N_
from app.kernel.mail import MailMessage, MailState, SuppressedAddress
from app.notifications import queries, service
from app.notifications.permissions import LIFT, VIEW

MESSAGES = dataset(
    "notifications.messages",
    label=N_("Messages envoyés"),
    permission=VIEW,
    query=queries.visible_to,
    endpoint="notifications.message_list",
    columns=(
        Column("quand", N_("Écrit le"), MailMessage.created_at, kind="instant", sortable=True),
        Column("message", N_("Message"), MailMessage.notice, show=lambda code, _message: queries.notice_label(code)),
        Column("nom", N_("À"), MailMessage.to_name),
        Column("adresse", N_("Adresse"), MailMessage.to_address, minor=True),
        Column("etat", N_("État"), MailMessage.state, kind="choice", sortable=True),
        Column(
            "essais",
            N_("Essais"),
            "attempts",
            minor=True,
            show=lambda attempts, _message: str(len(attempts)),
            export=lambda attempts, _message: len(attempts),
        ),
        Column(
            "reponse",
            N_("Réponse du serveur"),
            "attempts",
            minor=True,
            show=lambda _attempts, message: queries.last_answer(message),
            export=lambda _attempts, message: queries.last_answer(message),
        ),
        Column("parti", N_("Parti le"), MailMessage.sent_at, kind="instant", default_shown=False),
        Column("langue", N_("Langue"), MailMessage.language, default_shown=False),
    ),
    filters=(
        ChoiceFilter("etat", N_("État"), MailMessage.state, choices=MailState),
        ChoiceFilter("message", N_("Message"), MailMessage.notice, choices=queries.notice_choices),
        DateFilter("quand", N_("Écrit le"), MailMessage.created_at),
        TextFilter("adresse", N_("Adresse"), MailMessage.to_address),
    ),
    default_sort="-quand",
    row_link=lambda message: telling.record_url(message.subject_kind, message.subject_id) or "",
    row_name=lambda message: f"{queries.notice_label(message.notice)}, {message.to_name}",
    empty=N_("Les messages envoyés aux clients paraîtront ici."),
)


def lift(suppressed: SuppressedAddress, actor: Actor, _form: Any) -> None:
    """Write again to one address."""
    service.lift(suppressed, actor=actor)


SUPPRESSED = dataset(
    "notifications.suppressed",
    label=N_("Adresses écartées"),
    permission=LIFT,
    query=queries.suppressed_visible_to,
    endpoint="notifications.suppressed_address_list",
    columns=(
        Column("adresse", N_("Adresse"), SuppressedAddress.address, sortable=True),
        Column("raison", N_("Réponse du serveur"), SuppressedAddress.reason),
        Column("depuis", N_("Depuis"), SuppressedAddress.since, kind="instant", sortable=True),
    ),
    filters=(DateFilter("depuis", N_("Depuis"), SuppressedAddress.since),),
    search=(Search(SuppressedAddress.address),),
    default_sort="-depuis",
    row_name=lambda suppressed: suppressed.address,
    bulk_actions=(
        BulkAction(
            "lift",
            N_("Rétablir"),
            LIFT,
            lift,
            (N_("%(num)s adresse rétablie"), N_("%(num)s adresses rétablies")),
        ),
    ),
    empty=N_("Aucune adresse n’est écartée : tous les serveurs acceptent vos messages."),
)
