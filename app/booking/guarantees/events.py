"""What happens to guarantees; sums are said as the books write them. `subject` is the reservation unless said so."""

from dataclasses import dataclass

from app.kernel.events import Event
from app.kernel.languages import N_


@dataclass(frozen=True, eq=False)
class GuaranteeAsked(Event):
    """A guarantee is asked for a reservation, by a rule of the house or by somebody of the team."""

    code = "booking.guarantee_asked"
    heading = N_("Garantie demandée")
    sentence = N_("a demandé une garantie de %(amount)s")
    icon = "euro"

    amount: str


@dataclass(frozen=True, eq=False)
class GuaranteeWaived(Event):
    """The rule asks for a guarantee, and somebody of the team takes the reservation without one."""

    code = "booking.guarantee_waived"
    heading = N_("Réservation sans garantie")
    sentence = N_("a réservé sans la garantie de %(amount)s que demande la règle")
    icon = "undo"

    amount: str


@dataclass(frozen=True, eq=False)
class GuaranteeSettled(Event):
    """A reservation is called off: what goes back to the guest, and what the house keeps."""

    code = "booking.guarantee_settled"
    heading = N_("Garantie après une annulation")
    sentence = N_("a réglé la garantie selon la règle : %(back)s rendus, %(kept)s gardés")
    icon = "euro"

    back: str
    kept: str


@dataclass(frozen=True, eq=False)
class GuaranteeAdjusted(Event):
    """The guest changed their reservation: what is given back of the guarantee, or asked besides."""

    code = "booking.guarantee_adjusted"
    heading = N_("Garantie ajustée")
    sentence = N_("a ajusté la garantie : %(back)s rendus, %(asked)s demandés en plus")
    icon = "euro"

    back: str
    asked: str


@dataclass(frozen=True, eq=False)
class ImprintChanged(Event):
    """More guests come, or fewer: another most may be taken on the card that was kept, as its holder agreed."""

    code = "booking.imprint_changed"
    heading = N_("Empreinte ajustée")
    sentence = N_("a porté l’empreinte de %(before)s à %(after)s, sur la même carte")
    icon = "euro"

    before: str
    after: str


@dataclass(frozen=True, eq=False)
class LatePaymentSettled(Event):
    """Money came after the table was let go: the guest was seated anew, or had it back whole."""

    code = "booking.late_payment_settled"
    heading = N_("Paiement arrivé après le délai")
    sentence = N_("a suivi un paiement arrivé après le délai : table redonnée")
    icon = "warning"

    amount: str
    is_seated: bool

    @classmethod
    def words(cls, details: dict[str, object], changes: dict[str, object]) -> str:  # type: ignore[override] # noqa: ARG003
        """Say whether there was still a table."""
        return cls.sentence if details.get("is_seated") else REFUNDED_LATE


REFUNDED_LATE = N_("a rendu %(amount)s arrivés après le délai : il n’y avait plus de table")


@dataclass(frozen=True, eq=False)
class SurplusReturned(Event):
    """Money came when nothing was owed any more, paid twice or forgiven meanwhile: it went back."""

    code = "booking.guarantee_surplus_returned"
    heading = N_("Paiement en trop, rendu")
    sentence = N_("a rendu %(amount)s payés en trop")
    icon = "undo"

    amount: str


@dataclass(frozen=True, eq=False)
class DebtRecorded(Event):
    """The house owes the guest more than was paid: the double of arrhes."""

    code = "booking.house_debt_recorded"
    heading = N_("Somme due au client")
    sentence = N_("a noté que la maison doit %(amount)s au client : %(reason)s")
    icon = "euro"

    amount: str
    reason: str


@dataclass(frozen=True, eq=False)
class DebtPaid(Event):
    """What the house owed beyond what was paid is paid."""

    code = "booking.house_debt_paid"
    heading = N_("Somme due au client, payée")
    sentence = N_("a noté que les %(amount)s dus au client sont payés")
    icon = "done"

    amount: str


@dataclass(frozen=True, eq=False)
class GuaranteeRulesChanged(Event):
    """The rules of a house about guarantees were changed. `subject` is the establishment."""

    code = "booking.guarantee_rules_changed"
    heading = N_("Règles de garantie modifiées")
    sentence = N_("a modifié les règles de garantie : %(what)s")
    icon = "settings"

    what: str
