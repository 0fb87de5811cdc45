"""What the law says of a guarantee before it is accepted: what the word arrhes binds to, and the word acompte."""

from datetime import date

from app.kernel.languages import N_
from app.kernel.law import legal_words
from app.payments.models import Purpose

GUARANTEE_LAW = {
    Purpose.PLEDGE: legal_words(
        "guarantee.pledge",
        N_("Arrhes, avant de réserver"),
        since=date(2016, 7, 1),
        source="Code de la consommation, article L214-1 ; Code civil, article 1590",
        fr="Ce sont des arrhes : chacun peut renoncer, vous en les laissant à la maison, la maison en vous rendant le "
        "double (Code de la consommation, article L214-1 ; Code civil, article 1590).",
        en="This is a forfeitable deposit (arrhes): either side may withdraw, you by leaving it to the house, the "
        "house by giving you back double (French Consumer Code, article L214-1; Civil Code, article 1590).",
    ),
    Purpose.DEPOSIT: legal_words(
        "guarantee.deposit",
        N_("Acompte, avant de réserver"),
        since=date(2016, 10, 1),
        source="Code civil, articles 1103 et 1217 (ordonnance n° 2016-131)",
        fr="C’est un acompte : le repas est promis de part et d’autre, et qui renonce peut devoir réparer ce que cela "
        "coûte à l’autre.",
        en="This is a deposit on account: the meal is promised on both sides, and whoever withdraws may have to make "
        "good what it costs the other.",
    ),
}
