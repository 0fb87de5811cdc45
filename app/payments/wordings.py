"""The words a house may put on its receipts, and the payments that show them."""

from collections.abc import Callable

from app.directory.models import Establishment
from app.kernel import clock
from app.kernel.languages import N_, _
from app.kernel.letters import Letter
from app.kernel.wordings import Tag, wording
from app.payments.documents import DEPOSIT_RECEIPT, RECEIPT, receipt_words
from app.payments.models import Method, Payment, Purpose, Receivable


def _sample(purpose: Purpose) -> Callable[[Establishment], Letter]:
    """Give the receipt of a payment nobody made; it is written in no book."""

    def compose(house: Establishment) -> Letter:
        label = _("Table du 14 mars, 6 couverts")
        payment = Payment(
            establishment=house,
            number=128,
            amount=120_00,
            method=Method.CARD,
            label=label,
            booked_on=house.today(),
            at=clock.now(),
            reference="pi_3QK7MN3PQ",
        )
        asked = Receivable(
            establishment=house,
            purpose=purpose,
            amount=120_00,
            label=label,
            payer_name="Camille Moreau",
            rule="",
            created_at=clock.now(),
        )
        return Letter(receipt_words(payment, asked), house.name)

    return compose


TAGS = (
    Tag("montant", N_("Somme reçue"), lambda words: words["amount"], needed=True),
    Tag("nature", N_("À titre de quoi elle est reçue"), lambda words: words["purpose"]),
    Tag("objet", N_("Pour quoi elle est reçue"), lambda words: words["payment"].label),
    Tag("numero", N_("Numéro du reçu"), lambda words: words["number"], needed=True),
    Tag("maison", N_("Nom de la maison"), lambda words: words["sender_name"]),
)

wording(
    RECEIPT.code,
    RECEIPT.label,
    subject=N_("Nous avons bien reçu"),
    opening=(),
    closing=(N_("Ce reçu ne remplace pas une facture."),),
    tags=TAGS,
    sample=_sample(Purpose.PREPAYMENT),
    is_paper=True,
)
wording(
    DEPOSIT_RECEIPT.code,
    DEPOSIT_RECEIPT.label,
    subject=N_("Nous avons bien reçu"),
    opening=(),
    closing=(N_("Ce reçu ne remplace pas une facture."),),
    tags=TAGS,
    sample=_sample(Purpose.PLEDGE),
    is_paper=True,
)
