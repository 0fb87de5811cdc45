"""The settings of invoices: what they say of the house, and what the law wants on them."""

from decimal import Decimal

from flask import Blueprint, Response, url_for

from app.directory.models import Establishment
from app.invoices import service
from app.invoices.documents import rate_words
from app.invoices.forms import IssuerForm, RateForm, WordingForm
from app.invoices.permissions import CONFIGURE
from app.invoices.queries import all_rates, issuer_of
from app.kernel.access import acting
from app.kernel.answers import Answer, answered, opened
from app.kernel.editions import Overtaken
from app.kernel.formats import written_date
from app.kernel.guards import own_house, requires
from app.kernel.languages import _
from app.kernel.law import every_wording, label_of
from app.kernel.web import page

bp = Blueprint("invoice_settings", __name__, url_prefix="/admin/reglages/factures")


@bp.get("")
@requires(CONFIGURE)
def issuer_edit() -> Response:
    """Show what invoices say of the house."""
    return _issuer_page(_standing(own_house(CONFIGURE)))


@bp.post("")
@requires(CONFIGURE)
def issuer_update() -> Response:
    """Change what the next invoices say of the house."""
    house, form = own_house(CONFIGURE), IssuerForm()
    return answered(
        form,
        Answer(
            act=lambda: service.describe_issuer(house, form.wanted(), actor=acting()),
            show=lambda **context: _issuer_page(form, **context),
            message=_("Les prochaines factures diront cela ; celles qui sont émises ne changent pas."),
            fallback=url_for(".issuer_edit"),
            standing=lambda: _standing(house),
        ),
    )


@bp.get("/loi")
@requires(CONFIGURE)
def law_list() -> Response:
    """Show the rates and the wordings, with the day each holds from."""
    return _law_page(RateForm(formdata=None), WordingForm(formdata=None))


@bp.post("/loi/taux")
@requires(CONFIGURE)
def rate_create() -> Response:
    """Say which rate holds from a day on."""
    form = RateForm()
    form.key.choices = _rate_choices()

    return answered(
        form,
        Answer(
            act=lambda: service.set_vat_rate(form.wanted(), actor=acting()),
            show=lambda status: _law_page(form, WordingForm(formdata=None), status),
            message=_("Le taux est enregistré."),
            fallback=url_for(".law_list"),
        ),
    )


@bp.post("/loi/mentions")
@requires(CONFIGURE)
def wording_create() -> Response:
    """Say which words hold from a day on."""
    form = WordingForm()

    def act() -> None:
        said = (form.key.data, form.language.data, form.text.data or "")
        service.set_wording(*said, valid_from=form.valid_from.data, source=form.source.data or "", actor=acting())

    return answered(
        form,
        Answer(
            act=act,
            show=lambda status: _law_page(RateForm(formdata=None), form, status),
            message=_("La mention est enregistrée."),
            fallback=url_for(".law_list"),
        ),
    )


def _standing(house: Establishment) -> IssuerForm:
    """Give the form as it opens now."""
    issuer = issuer_of(house.organisation_id)
    begun = {"legal_name": house.organisation.name, "country": house.country, "payment_days": Decimal(30)}
    form = IssuerForm(formdata=None, obj=issuer, data=None if issuer else begun)
    if issuer is not None:
        form.show(issuer)
    return form


def _issuer_page(form: IssuerForm, *, status: int = 200, overtaken: Overtaken | None = None) -> Response:
    return page("invoices/issuer_edit.html", status=status, form=form, **opened(form, overtaken))


def _rate_choices() -> list[tuple[str, str]]:
    return list(dict.fromkeys((rate.key, _(rate.label)) for rate in all_rates()))


def _law_page(rate_form: RateForm, wording_form: WordingForm, status: int = 200) -> Response:
    rate_form.key.choices = _rate_choices()
    return page(
        "invoices/law_list.html",
        status=status,
        rate_form=rate_form,
        wording_form=wording_form,
        rates=[
            (_(rate.label), rate_words(rate.rate), written_date(rate.valid_from), rate.source) for rate in all_rates()
        ],
        wordings=[
            (
                label_of(same[0].key),
                [(each.language, each.said) for each in same],
                written_date(same[0].valid_from),
                same[0].source,
            )
            for same in every_wording()
        ],
    )
