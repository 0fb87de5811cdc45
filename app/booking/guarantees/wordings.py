"""Guarantees in words: a rule as the house reads it, terms as the guest does, and the law behind the word."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from app.booking.guarantees.law import GUARANTEE_LAW
from app.booking.guarantees.terms import Terms
from app.booking.models import GuaranteeKind, GuaranteeRule, GuaranteeWho
from app.kernel.formats import delay_in_words, euros, short_weekdays, spoken_instant
from app.kernel.languages import N_, _, ngettext
from app.kernel.law import law_says
from app.payments.models import Purpose

ALL, ALL_WEEK = 100, 7
MEANING = {
    Purpose.PREPAYMENT: N_("Le repas est payé d’avance : cette somme est déduite de l’addition."),
    Purpose.IMPRINT: N_(
        "Rien n’est débité aujourd’hui : la carte ne sert que si vous annulez trop tard ou ne venez pas."
    ),
}
PER_UNIT = {
    (GuaranteeKind.PER_COVER, Purpose.PLEDGE): N_("%(amount)s par couvert, arrhes"),
    (GuaranteeKind.PER_COVER, Purpose.DEPOSIT): N_("%(amount)s par couvert, acompte"),
    (GuaranteeKind.PER_TABLE, Purpose.PLEDGE): N_("%(amount)s par table, arrhes"),
    (GuaranteeKind.PER_TABLE, Purpose.DEPOSIT): N_("%(amount)s par table, acompte"),
    (GuaranteeKind.PREPAYMENT, Purpose.PREPAYMENT): N_("%(amount)s par couvert, payés d’avance"),
    (GuaranteeKind.IMPRINT, Purpose.IMPRINT): N_("empreinte de carte, %(amount)s par couvert au plus"),
}
ASKED = {
    Purpose.PLEDGE: N_("%(amount)s d’arrhes"),
    Purpose.DEPOSIT: N_("%(amount)s d’acompte"),
    Purpose.PREPAYMENT: N_("%(amount)s payés d’avance"),
    Purpose.IMPRINT: N_("une empreinte de carte, %(amount)s au plus"),
}


def rule_in_words(rule: GuaranteeRule, purpose: Purpose) -> str:
    """Write a rule whole, as its preview shows it."""
    who = ", ".join([_covers(rule), *_when(rule), *_whom(rule)])
    what = _(PER_UNIT[rule.basis, purpose], amount=euros(rule.amount))
    return _(
        "%(who)s : %(what)s, %(back)s",
        who=who,
        what=what,
        back=back_in_words(rule.free_hours, rule.kept_percent, purpose),
    )


def asked_in_words(terms: Terms) -> str:
    """Name what is asked: "80,00 € d’arrhes"."""
    return _(ASKED[terms.purpose], amount=euros(terms.amount))


def terms_in_words(terms: Terms, zone: str, now: datetime) -> str:
    """Write what a guest accepts: until when all comes back, and what the house keeps afterwards."""
    if terms.purpose is Purpose.IMPRINT:
        return _imprint(terms, zone, now)
    if not terms.kept_percent:
        return _("Tout vous est rendu si vous annulez.")
    kept = _kept(terms.amount, terms.kept_percent)
    if terms.free_until <= now:
        return _("Si vous annulez, la maison garde %(kept)s.", kept=kept)
    until = spoken_instant(terms.free_until, zone)
    return _("Tout vous est rendu jusqu’au %(until)s ; ensuite la maison garde %(kept)s.", until=until, kept=kept)


def law_in_words(purpose: Purpose, day: date) -> str:
    """Say what the word means: in law, as it stands on a day, or plainly where no law says it."""
    return law_says(GUARANTEE_LAW[purpose], day) if purpose in GUARANTEE_LAW else _(MEANING.get(purpose, ""))


def _imprint(terms: Terms, zone: str, now: datetime) -> str:
    kept = _kept(terms.amount, terms.kept_percent)
    if terms.free_until <= now:
        return _("Si vous annulez ou ne venez pas, %(kept)s peuvent être débités.", kept=kept)
    until = spoken_instant(terms.free_until, zone)
    return _(
        "Annulez sans frais jusqu’au %(until)s ; ensuite, ou si vous ne venez pas, %(kept)s peuvent être débités.",
        until=until,
        kept=kept,
    )


def _kept(amount: int, percent: int) -> str:
    return euros(amount * percent // 100)


def _covers(rule: GuaranteeRule) -> str:
    if rule.covers_to is None:
        least = rule.covers_from
        return _("Groupes de %(least)s et plus", least=least) if least > 1 else _("Toutes les tables")
    if rule.covers_from == rule.covers_to:
        return ngettext("Tables de %(num)s couvert", "Tables de %(num)s couverts", rule.covers_from)
    return _("Tables de %(least)s à %(most)s couverts", least=rule.covers_from, most=rule.covers_to)


def _when(rule: GuaranteeRule) -> list[str]:
    said = []
    if rule.weekdays and len(rule.weekdays) < ALL_WEEK:
        said.append(_weekdays(rule.weekdays))
    if rule.shifts:
        named = listed(rule.shifts)
        said.append(_("services %(names)s", names=named) if rule.shifts[1:] else _("service %(name)s", name=named))
    if rule.is_for_occasions:
        said.append(_("soirées annoncées seulement"))
    return said


def asleep_in_words(rule: GuaranteeRule, gone: Sequence[str]) -> str:
    """Say that shifts a rule names are no more: it asks nobody, or fewer than it says; nothing while all are there."""
    if not gone:
        return ""
    if len(gone) == len(rule.shifts):
        return _(
            "Aucun service à venir ne s’appelle %(names)s : cette règle n’est demandée à personne.", names=listed(gone)
        )
    return _("Aucun service à venir ne s’appelle %(names)s.", names=listed(gone))


def _weekdays(weekdays: Collection[int]) -> str:
    return listed([_("le %(weekday)s", weekday=short_weekdays()[day - 1][1]) for day in sorted(weekdays)])


def listed(names: Sequence[str]) -> str:
    """Write names one after the other: "Déjeuner, Brunch et Dîner"."""
    return _("%(others)s et %(last)s", others=", ".join(names[:-1]), last=names[-1]) if names[1:] else names[0]


def _whom(rule: GuaranteeRule) -> list[str]:
    said = {
        GuaranteeWho.FIRST_VISIT: [_("première visite")],
        GuaranteeWho.PAST_ABSENCE: [_("après une absence")],
    }
    return said.get(rule.who, [])


def back_in_words(free_hours: int, kept_percent: int, purpose: Purpose) -> str:
    """Write until when it is given back and what is kept: "rendus jusqu’à 2 jours avant, ensuite gardés"."""
    delay = delay_in_words(free_hours * 60)
    before = _("jusqu’à %(delay)s avant", delay=delay) if free_hours else _("jusqu’à l’heure du repas")
    if purpose is Purpose.IMPRINT and kept_percent == ALL:
        return _("sans frais %(before)s, ensuite débitable", before=before)
    if purpose is Purpose.IMPRINT:
        return _("sans frais %(before)s, ensuite débitable à %(percent)s %%", before=before, percent=kept_percent)
    if kept_percent == ALL:
        return _("rendus %(before)s, ensuite gardés", before=before)
    if not kept_percent:
        return _("toujours rendus")
    return _("rendus %(before)s, ensuite gardés à %(percent)s %%", before=before, percent=kept_percent)
