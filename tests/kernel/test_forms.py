"""What the library of forms says by itself is said in the reader's language."""

import pytest
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField
from wtforms.fields import SelectChoice

from app.kernel.languages import speaking

CHOICES = [SelectChoice("one", "Un"), SelectChoice("two", "Deux")]


class Choices(FlaskForm):
    one = SelectField(choices=CHOICES)
    several = SelectMultipleField(choices=CHOICES)


@pytest.mark.parametrize(
    ("typed", "language", "said"),
    [
        ({"one": "three"}, "fr", {"one": ["Ce choix n’est pas, ou n’est plus, proposé."]}),
        ({"several": ["one", "three"]}, "fr", {"several": ["Ce choix n’est pas, ou n’est plus, proposé."]}),
        ({"several": ["three", "four"]}, "fr", {"several": ["Un de ces choix n’est pas, ou n’est plus, proposé."]}),
        ({"several": ["three", "four"]}, "en", {"several": ["One of these choices is not offered, or no longer."]}),
    ],
)
def test_a_choice_that_is_not_offered_is_refused_in_the_readers_language(app, typed, language, said):
    with app.test_request_context(method="POST", data={"one": "one", **typed}), speaking(language):
        form = Choices(meta={"csrf": False})
        assert not form.validate()
        assert form.errors == said
