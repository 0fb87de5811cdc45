"""The settings of guarantees: the rules of the house, in the order in which they are looked at."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from app.booking import permissions as may
from app.booking.guarantees import queries, ruling
from app.booking.guarantees.forms import WORDS, RuleForm
from app.booking.guarantees.wordings import asleep_in_words, law_in_words
from app.booking.models import GuaranteeRule
from app.booking.settings_views.answers import answered, own_house
from app.kernel.access import acting
from app.kernel.answers import Answer, opened
from app.kernel.db import db, transaction
from app.kernel.editions import Overtaken
from app.kernel.guards import requires
from app.kernel.languages import _
from app.kernel.web import done, page

bp = Blueprint("guarantee_settings", __name__, url_prefix="/admin/reglages/garanties")


@bp.get("")
@requires(may.CONFIGURE)
def rule_list() -> Response:
    """Show the rules; the first that applies is the one."""
    house = own_house()
    rules, names = queries.rules_of(house.id), ruling.shift_names(house)
    rows = [
        {
            "words": ruling.rule_words(rule),
            "asleep": asleep_in_words(rule, ruling.names_without_shift(rule, names)),
            "url": url_for(".rule_edit", id=rule.id),
            "up_url": url_for(".earlier_place_create", id=rule.id) if place else None,
        }
        for place, rule in enumerate(rules)
    ]
    return page("booking/guarantees/rule_list.html", rows=rows, takes_money=queries.takes_money())


@bp.get("/nouvelle")
@requires(may.CONFIGURE)
def rule_new() -> Response:
    """Ask for a new rule."""
    return _rule_page(_form())


@bp.post("")
@requires(may.CONFIGURE)
def rule_create() -> Response:
    """Add a rule after the others."""
    return _saved(None, _("La règle est ajoutée."))


@bp.get("/<uuid:id>")
@requires(may.CONFIGURE, on=GuaranteeRule)
def rule_edit(guaranteerule: GuaranteeRule) -> Response:
    """Show one rule."""
    return _rule_page(_form(guaranteerule), guaranteerule, words=ruling.rule_words(guaranteerule))


@bp.post("/<uuid:id>")
@requires(may.CONFIGURE, on=GuaranteeRule)
def rule_update(guaranteerule: GuaranteeRule) -> Response:
    """Change a rule, for reservations to come."""
    return _saved(guaranteerule, _("La règle est enregistrée ; ce qui est promis garde ses conditions."))


@bp.post("/<uuid:id>/plus-tot")
@requires(may.CONFIGURE, on=GuaranteeRule)
def earlier_place_create(guaranteerule: GuaranteeRule) -> Response:
    """Look at this rule before the one above it."""
    with transaction():
        ruling.move_rule_up(own_house(), guaranteerule, actor=acting())
    return done(None, message=_("L’ordre des règles est changé."), fallback=url_for(".rule_list"))


@bp.post("/<uuid:id>/suppression")
@requires(may.CONFIGURE, on=GuaranteeRule)
def rule_delete(guaranteerule: GuaranteeRule) -> Response:
    """Take a rule away."""
    with transaction():
        ruling.delete_rule(own_house(), guaranteerule, actor=acting())
    return done(
        None,
        message=_("La règle est retirée ; ce qui est promis garde ses conditions."),
        fallback=url_for(".rule_list"),
    )


def _saved(rule: GuaranteeRule | None, message: str) -> Response:
    house, form = own_house(), _form(rule)
    if "preview" in request.form and form.validate_on_submit():
        said = ruling.rule_words(ruling.fill(GuaranteeRule(), form.wanted()))
        return _rule_page(form, rule, words=said)
    return answered(
        form,
        Answer(
            act=lambda: ruling.save_rule(house, form.wanted(), rule=rule, actor=acting()),
            show=lambda **context: _rule_page(form, rule, **context),
            message=message,
            fallback=url_for(".rule_list"),
            standing=None if rule is None else lambda: _standing(rule),
        ),
    )


def _form(rule: GuaranteeRule | None = None, **options: Any) -> RuleForm:
    return RuleForm(ruling.shift_names(own_house()), rule, **options)


def _standing(rule: GuaranteeRule) -> RuleForm:
    """Give the form as it would open now."""
    db.session.refresh(rule)
    return _form(rule, formdata=None)


def _rule_page(
    form: RuleForm,
    rule: GuaranteeRule | None = None,
    *,
    status: int = 200,
    overtaken: Overtaken | None = None,
    **context: Any,
) -> Response:
    today = own_house().today()
    return page(
        "booking/guarantees/rule_edit.html",
        status=status,
        form=form,
        rule=rule,
        url=url_for(".rule_update", id=rule.id) if rule else url_for(".rule_create"),
        delete_url=url_for(".rule_delete", id=rule.id) if rule else None,
        laws={word.value: law_in_words(word, today) for word in WORDS},
        **opened(form, overtaken),
        **context,
    )
