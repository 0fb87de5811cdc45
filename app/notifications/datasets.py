"""The log of messages as rows, and the addresses nothing is sent to."""

from typing import Any

from app.kernel import telling
from app.kernel.access import Actor
from app.kernel.capture import answer_in_words
from app.kernel.datasets import BulkAction, ChoiceFilter, Column, DateFilter, Search, TextFilter, dataset
from app.kernel.languages import N_
from app.kernel.messages import Channel, Message, MessageState
from app.kernel.personal import masked_address, without_addresses
from app.kernel.suppression import SuppressedAddress
from app.notifications import queries, service
from app.notifications.permissions import LIFT, VIEW, VIEW_CONTACT

MESSAGES = dataset(
    "notifications.messages",
    label=N_("Messages envoyés"),
    permission=VIEW,
    query=queries.visible_to,
    endpoint="notifications.message_list",
    columns=(
        Column("quand", N_("Écrit le"), Message.created_at, kind="instant", sortable=True),
        Column("message", N_("Message"), Message.notice, show=lambda code, _message: queries.notice_label(code)),
        Column("canal", N_("Canal"), Message.channel, kind="choice", minor=True),
        Column(
            "nom",
            N_("À"),
            Message.to_name,
            minor=True,
            under="message",
            permission=VIEW_CONTACT,
            mask=without_addresses,
        ),
        Column("adresse", N_("Adresse"), Message.to_address, minor=True, permission=VIEW_CONTACT, mask=masked_address),
        Column("etat", N_("État"), Message.state, kind="choice", sortable=True),
        Column(
            "essais",
            N_("Essais"),
            "attempts",
            default_shown=False,
            show=lambda attempts, _message: str(len(attempts)),
            export=lambda attempts, _message: len(attempts),
        ),
        Column(
            "reponse",
            N_("Réponse du serveur"),
            "last_answer",
            minor=True,
            permission=VIEW_CONTACT,
            mask=without_addresses,
            show=lambda answer, _message: answer_in_words(answer),
        ),
        Column("parti", N_("Parti le"), Message.sent_at, kind="instant", default_shown=False),
        Column("langue", N_("Langue"), Message.language, default_shown=False),
    ),
    filters=(
        ChoiceFilter("etat", N_("État"), Message.state, choices=MessageState),
        ChoiceFilter("canal", N_("Canal"), Message.channel, choices=Channel),
        ChoiceFilter("message", N_("Message"), Message.notice, choices=queries.notice_choices),
        DateFilter("quand", N_("Écrit le"), Message.created_at),
        TextFilter("adresse", N_("Adresse"), Message.to_address, permission=VIEW_CONTACT),
    ),
    default_sort="-quand",
    row_link=lambda message: telling.record_url(message.subject_kind, message.subject_id) or "",
    row_name=lambda message: f"{queries.notice_label(message.notice)}, {without_addresses(message.to_name)}",
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
        Column(
            "adresse",
            N_("Adresse"),
            SuppressedAddress.address,
            sortable=True,
            permission=VIEW_CONTACT,
            mask=masked_address,
        ),
        Column(
            "raison",
            N_("Réponse du serveur"),
            SuppressedAddress.reason,
            permission=VIEW_CONTACT,
            mask=without_addresses,
        ),
        Column("depuis", N_("Depuis"), SuppressedAddress.since, kind="instant", sortable=True),
    ),
    filters=(DateFilter("depuis", N_("Depuis"), SuppressedAddress.since),),
    search=(Search(SuppressedAddress.address, VIEW_CONTACT),),
    default_sort="-depuis",
    row_name=lambda suppressed: masked_address(suppressed.address),
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
