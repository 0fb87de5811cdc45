"""The waiting list as rows."""

from typing import Any

from flask import url_for

from app.booking.datasets import HOUSE, house_column
from app.booking.models import ReservationOrigin, WaitingEntry, WaitingState
from app.booking.permissions import VIEW_CONTACT
from app.booking.queries.hours import day_in_hand
from app.booking.waiting.offering import withdraw_entry
from app.booking.waiting.permissions import VIEW_WAITING, WAIT
from app.booking.waiting.queries import shift_names, visible_to
from app.directory.models import Establishment
from app.directory.queries import are_several, house_zone, houses_named
from app.kernel.access import Actor, system
from app.kernel.datasets import BulkAction, ChoiceFilter, Column, DateFilter, NumberFilter, Search, dataset
from app.kernel.datasets.saved_views import choose_default, keep_view
from app.kernel.formats import clock_time, phone
from app.kernel.languages import N_
from app.kernel.personal import masked_phone
from app.kernel.seeds import REFERENCE, seed


def _shift_choices() -> list[tuple[str, str]]:
    return [(name, name) for name in shift_names()]


def _span(entry: WaitingEntry) -> str:
    ends = dict.fromkeys((clock_time(entry.first_time), clock_time(entry.last_time)))
    return " – ".join(ends)


def _withdraw(entry: WaitingEntry, actor: Actor, _form: Any) -> None:
    withdraw_entry(entry, actor=actor)


WAITING = dataset(
    "booking.waiting",
    label=N_("Liste d’attente"),
    permission=VIEW_WAITING,
    query=visible_to,
    endpoint="waiting_desk.entry_list",
    zone=house_zone,
    columns=(
        Column("date", N_("Date"), WaitingEntry.service_date, kind="date", sortable=True),
        Column("service", N_("Service"), WaitingEntry.shift, default_shown=False),
        Column(
            "heures",
            N_("Heures acceptées"),
            WaitingEntry.first_minutes,
            show=lambda _minutes, entry: _span(entry),
            minor=True,
            under="date",
        ),
        Column("nom", N_("Nom"), "guest_name"),
        Column("maison", HOUSE, house_column(WaitingEntry, of=Establishment.name), minor=True, useful=are_several),
        Column("couverts", N_("Couverts"), WaitingEntry.covers, kind="integer", sortable=True),
        Column("etat", N_("État"), WaitingEntry.state, kind="choice", sortable=True, minor=True, under="nom"),
        Column("espace", N_("Espace"), WaitingEntry.area_wish, default_shown=False),
        Column("demande", N_("Demande"), WaitingEntry.special_requests, default_shown=False),
        Column(
            "telephone",
            N_("Téléphone"),
            WaitingEntry.phone,
            permission=VIEW_CONTACT,
            mask=masked_phone,
            show=lambda value, _entry: phone(value) if value else "",
            minor=True,
        ),
        Column("origine", N_("Origine"), WaitingEntry.origin, kind="choice", default_shown=False),
        Column("inscrite", N_("Inscrite le"), WaitingEntry.created_at, kind="instant", sortable=True, minor=True),
    ),
    filters=(
        DateFilter("date", N_("Date"), WaitingEntry.service_date, today=day_in_hand),
        ChoiceFilter(
            "maison",
            HOUSE,
            house_column(WaitingEntry, of=Establishment.slug),
            choices=houses_named,
            useful=are_several,
        ),
        ChoiceFilter("service", N_("Service"), WaitingEntry.shift, choices=_shift_choices),
        ChoiceFilter("etat", N_("État"), WaitingEntry.state, choices=WaitingState),
        NumberFilter("couverts", N_("Couverts"), WaitingEntry.covers, unit=N_("couverts")),
        ChoiceFilter("origine", N_("Origine"), WaitingEntry.origin, choices=ReservationOrigin),
    ),
    search=(Search(WaitingEntry.search_text), Search(WaitingEntry.search_contact, VIEW_CONTACT)),
    search_label=N_("Nom"),
    default_sort="-date,inscrite",
    row_link=lambda entry: url_for("waiting_desk.entry_show", id=entry.id),
    row_name=lambda entry: entry.guest_name,
    bulk_actions=(
        BulkAction(
            "withdraw",
            N_("Retirer de la liste"),
            WAIT,
            _withdraw,
            (N_("%(num)s retirée"), N_("%(num)s retirées")),
            confirm=N_("Une place proposée ira aux suivants."),
        ),
    ),
    empty=N_("Qui attend une place paraîtra ici, par jour et par service."),
)


@seed(REFERENCE, order=36)
def first_waiting_views() -> None:
    """Make the view the list opens on: who waits for a day to come, in the order of the list."""
    guichet = system("seed")
    filters = {"date": ["a-venir"], "etat": ["waiting", "offered"]}
    view = keep_view(
        WAITING, N_("En attente"), {"filters": filters, "sort": "date,inscrite"}, actor=guichet, shared=True
    )
    choose_default(WAITING, view, actor=guichet, for_all=True)
