"""`flask payments double` starts with test keys only."""

import pytest
from click.testing import CliRunner

from app.payments.double.command import payments_cli


@pytest.mark.parametrize("key", ["sk_live_51Real", "rk_live_51Real", "whatever"])
def test_it_refuses_to_start_beside_real_money(key):
    answer = CliRunner().invoke(payments_cli, ["double", "--port", "0"], env={"STRIPE_SECRET_KEY": key})
    assert answer.exit_code == 1
    assert "ne démarre jamais à côté d’argent réel" in answer.output
    assert key not in answer.output
