"""The rows of the slice: reservations with their acts, and the searches that found no table."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import selectinload

from app.booking import permissions as may
from app.booking import queries, service
from app.booking.models import RefusedSearch, Reservation, ReservationOrigin, ReservationState, WaitingEntry
from app.booking.queries.demand import refused_searches_visible_to
from app.booking.queries.hours import day_in_hand
from app.booking.refusals import SHORTLY, reason_choices
from app.booking.seating import Reason
from app.directory.models import Establishment
from app.directory.queries import are_several, house_zone, houses_named
from app.kernel.access import Actor, system
from app.kernel.datasets import BulkAction, ChoiceFilter, Column, DateFilter, NumberFilter, Search, dataset
from app.kernel.datasets.saved_views import choose_default, keep_view
from app.kernel.formats import phone
from app.kernel.languages import N_, _
from app.kernel.personal import masked_email, masked_phone
from app.kernel.seeds import REFERENCE, seed
from app.traces.permissions import ANSWER

HOUSE = N_("Établissement")


def _query(actor: Actor) -> sa.Select[Any]:
    return queries.visible_to(actor).options(selectinload(Reservation.seatings), selectinload(Reservation.guest_tags))


def house_column(rows: type[Reservation | RefusedSearch | WaitingEntry], *, of: Any) -> Any:
    """Give the name, or what addresses call it, of the establishment of each row."""
    return sa.select(of).where(Establishment.id == rows.establishment_id).correlate(rows).scalar_subquery()


def has_number(number: str) -> sa.ColumnElement[bool]:
    """Select the reservations with which a number was left; the second condition is that of the index."""
    return sa.and_(Reservation.phone == number, Reservation.phone != "")


def _cancel(reservation: Reservation, actor: Actor, form: Any) -> None:
    reason = form.get("reason", "").strip() or _("annulée par la maison")
    service.cancel_reservation(reservation, actor=actor, reason=reason)


RESERVATIONS = dataset(
    "booking.reservations",
    label=N_("Réservations"),
    permission=may.VIEW,
    query=_query,
    endpoint="desk.reservation_list",
    zone=house_zone,
    columns=(
        Column("date", N_("Date"), Reservation.service_date, kind="date", sortable=True, sort=Reservation.starts_at),
        Column("heure", N_("Heure"), Reservation.local_time, kind="time", minor=True, under="date"),
        Column("nom", N_("Nom"), "guest_name"),
        Column("maison", HOUSE, house_column(Reservation, of=Establishment.name), minor=True, useful=are_several),
        Column("couverts", N_("Couverts"), Reservation.covers, kind="integer", sortable=True),
        Column("table", N_("Table"), "table_codes", minor=True),
        Column("etat", N_("État"), Reservation.state, kind="choice", sortable=True, minor=True, under="nom"),
        Column("demande", N_("Demande"), Reservation.special_requests, minor=True),
        Column(
            "convive",
            N_("Convive"),
            "guest_tags",
            minor=True,
            show=lambda tags, _reservation: ", ".join(tag.name for tag in tags),
        ),
        Column("reference", N_("Référence"), Reservation.reference, minor=True),
        Column(
            "telephone",
            N_("Téléphone"),
            Reservation.phone,
            default_shown=False,
            permission=may.VIEW_CONTACT,
            mask=masked_phone,
            show=lambda value, _reservation: phone(value) if value else "",
        ),
        Column(
            "email",
            N_("Adresse e-mail"),
            Reservation.email,
            default_shown=False,
            permission=may.VIEW_CONTACT,
            mask=masked_email,
        ),
        Column("origine", N_("Origine"), Reservation.origin, kind="choice", default_shown=False),
        Column("prise", N_("Prise le"), Reservation.created_at, kind="instant", sortable=True, default_shown=False),
    ),
    filters=(
        DateFilter("date", N_("Date"), Reservation.service_date, today=day_in_hand, sorted_by=Reservation.starts_at),
        ChoiceFilter(
            "maison",
            HOUSE,
            house_column(Reservation, of=Establishment.slug),
            choices=houses_named,
            useful=are_several,
        ),
        ChoiceFilter("etat", N_("État"), Reservation.state, choices=ReservationState),
        NumberFilter("couverts", N_("Couverts"), Reservation.covers, unit=N_("couverts")),
        ChoiceFilter("origine", N_("Origine"), Reservation.origin, choices=ReservationOrigin),
    ),
    search=(Search(Reservation.search_text), Search(Reservation.search_contact, may.VIEW_CONTACT, has_number)),
    search_label=N_("Nom ou référence"),
    default_sort="-date",
    row_link=lambda reservation: url_for("desk.reservation_show", id=reservation.id),
    row_name=lambda reservation: f"{reservation.guest_name} ({reservation.reference})",
    bulk_actions=(
        BulkAction(
            "confirm",
            N_("Confirmer les demandes"),
            may.WELCOME,
            lambda reservation, actor, _form: service.confirm_reservation(reservation, actor=actor),
            (N_("%(num)s confirmée"), N_("%(num)s confirmées")),
        ),
        BulkAction(
            "cancel",
            N_("Annuler les réservations"),
            may.CANCEL,
            _cancel,
            (N_("%(num)s annulée"), N_("%(num)s annulées")),
            confirm=N_("Les tables seront rendues et les clients avertis."),
            asks={"reason": N_("Motif, que le client lira")},
        ),
    ),
    empty=N_("Les réservations paraîtront ici dès la première."),
)


REFUSED_SEARCHES = dataset(
    "booking.refused_searches",
    label=N_("Recherches restées sans table"),
    permission=may.VIEW_DEMAND,
    query=refused_searches_visible_to,
    endpoint="demand.refused_search_list",
    zone=house_zone,
    columns=(
        Column("date", N_("Pour le"), RefusedSearch.service_date, kind="date"),
        Column("heure", N_("Heure"), RefusedSearch.local_time, kind="time"),
        Column("couverts", N_("Couverts"), RefusedSearch.covers, kind="integer"),
        Column("motif", N_("Motif"), RefusedSearch.reason, show=lambda code, _search: _(SHORTLY[Reason(code)])),
        Column("maison", HOUSE, house_column(RefusedSearch, of=Establishment.name), minor=True, useful=are_several),
        Column("quand", N_("Cherché le"), RefusedSearch.at, kind="instant", sortable=True, minor=True),
    ),
    filters=(
        DateFilter("quand", N_("Cherché le"), RefusedSearch.at),
        DateFilter("date", N_("Pour le"), RefusedSearch.service_date, today=day_in_hand),
        NumberFilter("couverts", N_("Couverts"), RefusedSearch.covers, unit=N_("couverts")),
        ChoiceFilter("motif", N_("Motif"), RefusedSearch.reason, choices=reason_choices),
        ChoiceFilter(
            "maison",
            HOUSE,
            house_column(RefusedSearch, of=Establishment.slug),
            choices=houses_named,
            useful=are_several,
        ),
    ),
    default_sort="-quand",
    empty=N_("Chaque recherche restée sans table se notera ici, sans le nom de personne."),
)


CONSENTS = dataset(
    "booking.consents",
    label=N_("Consentements"),
    permission=ANSWER,
    query=queries.consents_visible_to,
    endpoint="consents.consent_list",
    zone=house_zone,
    columns=(
        Column("donne", N_("Donné le"), Reservation.consent_at, kind="instant"),
        Column("nom", N_("Nom"), "guest_name"),
        Column("email", N_("Adresse e-mail"), Reservation.email, minor=True, permission=may.VIEW_CONTACT),
        Column(
            "pour",
            N_("Réservation du"),
            Reservation.service_date,
            kind="date",
            sortable=True,
            sort=Reservation.starts_at,
        ),
        Column("reference", N_("Référence"), Reservation.reference, minor=True, under="nom"),
        Column("origine", N_("Origine"), Reservation.origin, kind="choice", minor=True),
    ),
    filters=(
        DateFilter("donne", N_("Donné le"), Reservation.consent_at, phrase=N_("donné %(value)s")),
        DateFilter(
            "pour",
            N_("Réservation du"),
            Reservation.service_date,
            today=day_in_hand,
            sorted_by=Reservation.starts_at,
            phrase=N_("pour %(value)s"),
        ),
    ),
    search=(Search(Reservation.search_text), Search(Reservation.search_contact, may.VIEW_CONTACT, has_number)),
    search_label=N_("Nom ou référence"),
    default_sort="-pour",
    row_link=lambda reservation: url_for("desk.reservation_show", id=reservation.id),
    row_name=lambda reservation: f"{reservation.guest_name} ({reservation.reference})",
    empty=N_("Chaque consentement donné avec une réservation se notera ici, avec son instant."),
)


@seed(REFERENCE, order=30)
def first_views() -> None:
    """Make the views every team begins with; the list opens on what is to come."""
    guichet = system("seed")
    views = [
        keep_view(RESERVATIONS, name, {"filters": filters, "sort": "date"}, actor=guichet, shared=True)
        for name, filters in (
            (N_("À venir"), {"date": ["a-venir"], "etat": ["requested", "confirmed", "seated"]}),
            (N_("Aujourd’hui"), {"date": ["aujourdhui"]}),
            (N_("Demain"), {"date": ["demain"]}),
            (N_("À confirmer"), {"date": ["a-venir"], "etat": ["requested"]}),
        )
    ]
    choose_default(RESERVATIONS, views[0], actor=guichet, for_all=True)
