"""What is issued conforms: the schema when it is issued, the rules of EN 16931 here; and the rules do find what is wrong."""

import re
from datetime import date
from decimal import Decimal

import pytest

from app.invoices import facturx, queries, service
from app.invoices.facturx import NotConformant
from app.invoices.models import InvoiceKind, LegalForm, Operation, Unit
from app.invoices.service import LineWanted
from app.kernel.db import transaction
from tests.factories import TESTS
from tests.invoices.conftest import LUNCH, WINE
from tests.invoices.schematron import faults_of

TRAINING = LineWanted("Formation à la salle", Decimal("10.5"), 85_00, "exempt_training", Unit.HOUR)
HARD = [
    LineWanted("Café & <petits fours> « ½ »", Decimal("3.3333"), 99, "reduced"),
    LineWanted("Remise", Decimal(-1), 1, "reduced"),
]


def amount(xml, name):
    return re.findall(rf"<ram:{name}(?: [^>]*)?>([^<]+)<", xml)


def test_every_kind_of_paper_passes_the_schematron(house, draft, issue, leroy, at, tmp_path):
    at("2026-10-01 10:00")
    day = {"supply_date": date(2026, 9, 30)}
    deposit = issue(draft(LineWanted("Acompte", Decimal(1), 300_00, "intermediate"), kind=InvoiceKind.DEPOSIT, **day))
    lunch = issue(draft(LUNCH, WINE, deposits=[deposit], order_reference="BC-1", note="Merci & à bientôt", **day))
    with transaction():
        note = service.draft_credit_note(lunch, actor=TESTS)
    papers = [
        deposit, lunch, issue(note), issue(draft(TRAINING, **day)), issue(draft(*HARD, LUNCH, TRAINING, to=leroy, **day)),
        issue(draft(LineWanted("Conseil", Decimal(1), 500_00, "reverse_charge"), operation=Operation.MIXED, **day)),
        issue(draft(WINE, language="en", operation=Operation.GOODS, **day)),
    ]  # fmt: skip
    with transaction():
        issuer = queries.issuer_of(house.organisation_id)
        issuer.vat_number = issuer.iban = issuer.bic = ""
        issuer.legal_form = LegalForm.SOLE_TRADER
    papers.append(issue(draft(LineWanted("Repas", Decimal(2), 20_00, "franchise"), to=leroy, **day)))
    wrong = papers[1].xml.replace("<ram:GrandTotalAmount>1248.00", "<ram:GrandTotalAmount>1248.01")
    files = [tmp_path / f"{place}.xml" for place in range(len(papers) + 1)]
    for file, text in zip(files, [*(paper.xml for paper in papers), wrong], strict=True):
        file.write_text(text)
    *faults, found = faults_of(*files)
    assert faults == [[] for _paper in papers]
    assert "BR-CO-15" in {rule for rule, _text in found}


def test_the_type_names_the_paper_and_what_it_follows(draft, issue):
    deposit = issue(draft(LUNCH, kind=InvoiceKind.DEPOSIT))
    lunch = issue(draft(LUNCH, WINE, deposits=[deposit]))
    assert "<ram:TypeCode>386</ram:TypeCode>" in deposit.xml
    assert "<ram:TypeCode>380</ram:TypeCode>" in lunch.xml
    assert f"<ram:IssuerAssignedID>{deposit.number}</ram:IssuerAssignedID>" in lunch.xml
    assert amount(lunch.xml, "TotalPrepaidAmount") == ["924.00"]
    assert amount(lunch.xml, "DuePayableAmount") == ["324.00"]


def test_an_exemption_says_its_reason_and_its_code(draft, issue):
    xml = issue(draft(TRAINING)).xml
    assert amount(xml, "ExemptionReason") == ["Exonération de TVA, article\u00a0261, 4, 4° a du CGI."]
    assert amount(xml, "ExemptionReasonCode") == ["VATEX-FR-CGI261-4"]


def test_what_is_typed_never_becomes_markup(draft, issue):
    xml = issue(draft(LineWanted("</ram:Name><ram:Evil/>", Decimal(1), 1_00, "normal"), note="]]> & <x>")).xml
    assert "Evil/>" not in xml.replace("&lt;ram:Evil/&gt;", "")
    facturx.check(xml)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("<ram:TypeCode>380</ram:TypeCode>", ""), ("<ram:CityName>", "<ram:Town>")],
)
def test_the_schema_refuses_what_is_malformed(draft, issue, right, wrong):
    xml = issue(draft()).xml
    assert right in xml
    with pytest.raises(NotConformant):
        facturx.check(
            xml.replace(right, wrong).replace(
                "</ram:CityName>", "</ram:Town>" if "Town" in wrong else "</ram:CityName>"
            )
        )


def test_a_hostile_document_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("canary")
    with pytest.raises(NotConformant) as refusal:
        facturx.check(f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><x>&e;</x>')
    assert "canary" not in str(refusal.value)
