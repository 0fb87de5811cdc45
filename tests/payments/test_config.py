"""Keys of Stripe: a live one speaks to Stripe alone, and none of them is ever shown."""

import pytest

from app.config import ConfigurationRefused, read_configuration

LIVE = "sk_live_0123456789"


@pytest.fixture
def read(tmp_path):
    given = {
        "DATA_DIR": str(tmp_path / "data"),
        "PUBLIC_URL": "https://guichet.example",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
    }
    return lambda **environ: read_configuration({**given, **environ})


def test_keys_are_kept_from_what_is_shown(read):
    shown = read(STRIPE_SECRET_KEY=LIVE).shown()
    assert (shown["STRIPE_SECRET_KEY"], shown["STRIPE_WEBHOOK_SECRET"]) == ("***", "***")


def test_a_test_key_may_speak_to_a_double(read):
    assert read(STRIPE_SECRET_KEY="sk_test_guichet", STRIPE_API_URL="http://127.0.0.1:12111").stripe_api_url


@pytest.mark.parametrize(
    ("variable", "environ"),
    [
        ("STRIPE_API_URL", {"STRIPE_SECRET_KEY": LIVE, "STRIPE_API_URL": "http://127.0.0.1:12111"}),
        ("STRIPE_API_URL", {"STRIPE_SECRET_KEY": LIVE, "STRIPE_API_URL": "https://api.stripe.com.example.org"}),
        ("STRIPE_API_URL", {"STRIPE_API_URL": "http://stripe.example"}),
        ("STRIPE_SECRET_KEY", {"STRIPE_SECRET_KEY": "pk_live_0123456789"}),
        ("STRIPE_WEBHOOK_SECRET", {"STRIPE_SECRET_KEY": LIVE, "STRIPE_WEBHOOK_SECRET": ""}),
        ("STRIPE_WEBHOOK_SECRET", {"STRIPE_SECRET_KEY": LIVE, "STRIPE_WEBHOOK_SECRET": " , "}),
        ("PUBLIC_URL", {"STRIPE_SECRET_KEY": LIVE, "PUBLIC_URL": "http://guichet.example"}),
    ],
)
def test_what_would_send_money_astray_is_refused(read, variable, environ):
    with pytest.raises(ConfigurationRefused) as refusal:
        read(**environ)
    assert [line for line in refusal.value.problems if line.startswith(f"{variable} :")]
