"""What the law says of money paid before a meal: the words of receipts, which a change of the law adds to."""

from datetime import date

from app.kernel.languages import N_
from app.kernel.law import legal_words
from app.payments.models import Purpose

RECEIPT_LAW = {
    Purpose.PLEDGE: legal_words(
        "receipt.pledge",
        N_("Arrhes, sur les reçus"),
        since=date(2016, 7, 1),
        source="Code de la consommation, article L214-1 ; Code civil, article 1590",
        fr="Arrhes, au sens de l’article 1590 du Code civil : le client peut renoncer en les perdant, la maison en "
        "rendant le double.",
        en="Forfeitable deposit (arrhes), under article 1590 of the French Civil Code: the guest may withdraw by "
        "forfeiting it, the house by returning twice its amount.",
    ),
    Purpose.DEPOSIT: legal_words(
        "receipt.deposit",
        N_("Acompte, sur les reçus"),
        since=date(2016, 10, 1),
        source="Code civil, articles 1103 et 1217 (ordonnance n° 2016-131)",
        fr="Acompte : premier versement d’un engagement ferme pour chacun. Qui y manque peut devoir des dommages et "
        "intérêts (Code civil, articles 1103 et 1217).",
        en="Deposit (acompte): the first instalment of what binds both sides. Whoever fails to honour it may owe "
        "damages (French Civil Code, articles 1103 and 1217).",
    ),
}
