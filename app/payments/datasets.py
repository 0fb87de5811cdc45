"""The books, what is asked, and closed days, as rows."""

from flask import url_for

from app.directory.queries import are_several, establishments, first_establishment
from app.kernel.datasets import ChoiceFilter, Column, DateFilter, NumberFilter, TextFilter, dataset
from app.kernel.formats import euros
from app.kernel.languages import N_, _
from app.payments import queries
from app.payments.models import (
    DailyClosing,
    Method,
    Movement,
    MovementNature,
    Payout,
    PayoutState,
    Purpose,
    Receivable,
    ReceivableState,
    payable_kinds,
)
from app.payments.permissions import VIEW


def zone() -> str:
    """Give the zone in which instants are read."""
    establishment = first_establishment()
    return establishment.timezone if establishment else "Europe/Paris"


def _houses() -> list[tuple[str, str]]:
    return [(str(house.id), house.name) for house in establishments()]


def _kinds() -> list[tuple[str, str]]:
    return [(kind, _(label)) for kind, label in payable_kinds().items()]


JOURNAL = dataset(
    "payments.journal",
    label=N_("Paiements"),
    permission=VIEW,
    query=queries.visible_to,
    endpoint="payments.movement_list",
    zone=zone,
    columns=(
        Column("numero", N_("Numéro"), Movement.number, kind="integer", sortable=True),
        Column("date", N_("Date"), Movement.booked_on, kind="date", sortable=True, minor=True, under="libelle"),
        Column("libelle", N_("Libellé"), Movement.label),
        Column("montant", N_("Montant"), Movement.amount, kind="money", sortable=True),
        Column("nature", N_("Nature"), Movement.nature, kind="choice", minor=True, under="libelle"),
        Column("moyen", N_("Moyen"), Movement.method, sortable=True, minor=True, show=lambda way, _line: way.label),
        Column("quand", N_("Écrit le"), Movement.at, kind="instant", default_shown=False),
        Column("reference", N_("Référence"), Movement.reference, default_shown=False),
        Column("objet", N_("Pour"), "payable.label", default_shown=False),
        Column("maison", N_("Établissement"), "establishment.name", useful=are_several, minor=True),
    ),
    filters=(
        DateFilter("date", N_("Date"), Movement.booked_on),
        ChoiceFilter("nature", N_("Nature"), Movement.nature, choices=MovementNature),
        ChoiceFilter("moyen", N_("Moyen"), Movement.method, choices=Method),
        NumberFilter("centimes", N_("Montant en centimes"), Movement.amount, unit=N_("centimes")),
        ChoiceFilter("objet", N_("Pour"), Movement.payable_kind, choices=_kinds),
        TextFilter("reference", N_("Référence"), Movement.reference),
        ChoiceFilter("maison", N_("Établissement"), Movement.establishment_id, choices=_houses, useful=are_several),
    ),
    default_sort="-numero",
    row_link=lambda movement: url_for("payments.movement_show", id=movement.id),
    row_name=lambda movement: str(movement.number),
    empty=N_("Chaque encaissement et chaque remboursement laissera ici sa ligne."),
)

RECEIVABLES = dataset(
    "payments.receivables",
    label=N_("Sommes demandées"),
    permission=VIEW,
    query=queries.receivables_visible_to,
    endpoint="payments.receivable_list",
    zone=zone,
    columns=(
        Column("libelle", N_("Libellé"), Receivable.label),
        Column("montant", N_("Montant"), Receivable.amount, kind="money", sortable=True),
        Column(
            "etat",
            N_("État"),
            Receivable.state,
            kind="choice",
            sortable=True,
            show=lambda _state, asked: asked.standing,
        ),
        Column("demandee", N_("Demandée le"), Receivable.created_at, kind="instant", sortable=True, minor=True),
        Column(
            "titre", N_("À titre de"), Receivable.purpose, sortable=True, minor=True, show=lambda why, _asked: why.label
        ),
        Column("nom", N_("Demandée à"), Receivable.payer_name, minor=True),
        Column("limite", N_("À payer avant"), Receivable.expires_at, kind="instant", default_shown=False),
        Column("maison", N_("Établissement"), "establishment.name", useful=are_several, minor=True),
    ),
    filters=(
        DateFilter("date", N_("Demandée le"), Receivable.created_at, zone=zone),
        ChoiceFilter("etat", N_("État"), Receivable.state, choices=ReceivableState),
        ChoiceFilter("titre", N_("À titre de"), Receivable.purpose, choices=Purpose),
        TextFilter("nom", N_("Demandée à"), Receivable.payer_name),
    ),
    default_sort="-demandee",
    row_link=lambda receivable: url_for("payments.receivable_show", id=receivable.id),
    row_name=lambda receivable: receivable.label,
    empty=N_("Les acomptes, arrhes et empreintes demandés paraîtront ici."),
)


def _by_method(closing: DailyClosing) -> str:
    """Write what each method brought; a day on which Stripe only sent money to the bank brought nothing."""
    kept = {method: (sums["in"], sums["out"], sums.get("fees", 0)) for method, sums in closing.totals.items()}
    return ", ".join(f"{Method(method).label} {euros(sum(sums))}" for method, sums in kept.items() if any(sums))


CLOSINGS = dataset(
    "payments.closings",
    label=N_("Journées arrêtées"),
    permission=VIEW,
    query=queries.closings_visible_to,
    endpoint="payments.closing_list",
    zone=zone,
    columns=(
        Column("jour", N_("Jour"), DailyClosing.day, kind="date", sortable=True),
        Column("ecritures", N_("Écritures"), DailyClosing.lines, kind="integer"),
        Column("total", N_("Total"), DailyClosing.total, kind="money", sortable=True),
        Column("moyens", N_("Par moyen"), "totals", minor=True, show=lambda _totals, closing: _by_method(closing)),
        Column("frais", N_("Dont frais"), "fees", kind="money", minor=True),
        Column("verse", N_("Versé à la banque"), "remitted", kind="money", minor=True),
        Column("arretee", N_("Arrêtée le"), DailyClosing.closed_at, kind="instant", minor=True),
        Column("sceau", N_("Sceau"), DailyClosing.hash, default_shown=False),
        Column("maison", N_("Établissement"), "establishment.name", useful=are_several, minor=True),
    ),
    filters=(DateFilter("date", N_("Jour"), DailyClosing.day),),
    default_sort="-jour",
    row_name=lambda closing: closing.day.isoformat(),
    empty=N_("Une journée arrêtée ne change plus : son total par moyen restera ici."),
)


PAYOUTS = dataset(
    "payments.payouts",
    label=N_("Versements à la banque"),
    permission=VIEW,
    query=queries.payouts_visible_to,
    endpoint="payments.payout_list",
    zone=zone,
    columns=(
        Column("attendu", N_("À la banque le"), Payout.arrives_on, kind="date", sortable=True),
        Column("montant", N_("Montant"), Payout.amount, kind="money", sortable=True),
        Column("etat", N_("État"), Payout.state, kind="choice", sortable=True),
        Column("reference", N_("Référence"), Payout.reference, minor=True),
        Column("appris", N_("Appris le"), Payout.told_at, kind="instant", sortable=True, default_shown=False),
        Column("maison", N_("Établissement"), "establishment.name", useful=are_several, minor=True),
    ),
    filters=(
        DateFilter("date", N_("À la banque le"), Payout.arrives_on),
        ChoiceFilter("etat", N_("État"), Payout.state, choices=PayoutState),
        TextFilter("reference", N_("Référence"), Payout.reference),
    ),
    default_sort="-attendu",
    row_link=lambda payout: url_for("payments.payout_show", id=payout.id),
    row_name=lambda payout: payout.reference,
    empty=N_("Stripe verse à la banque ce qui est payé en ligne : chaque versement paraîtra ici, avec son contenu."),
)
