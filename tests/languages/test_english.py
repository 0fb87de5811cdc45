"""Whoever reads English meets no French: pages, errors, refusals, letters, files."""

import re
from io import BytesIO

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from app.booking import service
from app.booking.datasets import first_views
from app.kernel.access import ANONYMOUS
from app.kernel.db import transaction
from tests.booking.houses import TESTS, TYPED, WHO, fresh, open_house, typed, wish
from tests.languages.telltales import french_in

GUEST = (*TYPED.values(), "Alice", "Durand")
PUBLIC = (
    "/",
    "/reserver",
    "/reservations",
    "/mentions-legales",
    "/donnees-personnelles",
    "/accessibilite",
    "/connexion",
    "/avis",
    "/avis/merci",
)
NOT_PAGES = re.compile(  # the handbook of each module, and a letter worded in French, are written in French
    r"^/(health|ready|version|static|demo)|fragment|/_|export|\.pdf$|^/admin/reglages/(modules$|courriers/.*/fr$)"
)


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def reader(house, visit):
    """Somebody who has chosen English, in a browser that prefers French."""
    reader = visit()
    reader.post("/langue", data={"language": "en"})
    return reader


def assert_english(page, *more):
    assert page.first("html")["lang"] == "en"
    text = " ".join([page.text, *_unseen(page)])
    assert not (found := french_in(text, *GUEST, *more)), f"{page.url}: {found} in {text}"


def _unseen(page):
    """What is heard, hovered or said later by the page's own script."""
    names = (
        "aria-label",
        "title",
        "placeholder",
        "alt",
        "data-busy",
        "data-confirm",
        "data-one",
        "data-many",
        "data-soon",
        "data-over",
    )
    for name in names:
        yield from (element[name] for element in page.all(f"[{name}]"))
    yield from (element["content"] for element in page.all("meta[name=description]"))


@pytest.mark.parametrize("url", PUBLIC)
def test_public_pages(reader, url):
    page = reader.see(url)
    assert page.status == 200
    assert_english(page)


def test_the_way_to_a_table(reader, outbox):
    assert_english(reader.see(f"/reserver?covers=2&date={TYPED['date']}"))
    page = reader.arrive("/reserver", reader.post("/reserver", data=wish_fields()))
    assert_english(page)
    assert "kept for you until" in page.text
    empty = reader.arrive("/reserver/coordonnees", reader.post("/reserver", data=typed(first_name="", email="")))
    assert empty.has(".errors")
    assert_english(empty)
    booked = reader.arrive(page.url, reader.post("/reserver", data=typed()))
    assert booked.has("p.reference")
    assert_english(booked)
    for url in sorted({url for url in booked.links().values() if url.startswith("/") and "." not in url}):
        assert_english(reader.see(url))
    (letter,) = outbox.to(WHO["email"])
    assert_english_letter(letter)


def wish_fields():
    return {name: TYPED[name] for name in ("date", "time", "covers")}


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "2026-02-30"}, {"date": "2020-01-01"}, {"date": "2026-03-16"}, {"date": "2026-04-08"}, {"date": "9999-12-31"},
        {"time": "03:00"}, {"time": ""}, {"covers": "0"}, {"covers": "two"}, {"covers": ""},
        {"email": "alice"}, {"phone": "12"}, {"first_name": "x" * 200}, {"special_requests": "x" * 2000}, {"consent": None},
        {"last_name": "a\x07"},
    ],
)  # fmt: skip
def test_refusals(reader, wrong):
    page = reader.arrive("/reserver", reader.post("/reserver/coordonnees", data=typed(**wrong)))
    if page.status in (404, 405):
        page = reader.arrive("/reserver", reader.post("/reserver", data=typed(**wrong)))
    assert_english(page, *(value for value in wrong.values() if value))


@pytest.mark.parametrize(
    ("verb", "url", "status"),
    [
        ("get", "/nulle-part", 404), ("get", "/langue", 405), ("post", "/", 405), ("get", "/admin/exploitation/rien", 404),
        ("get", "/reservations/00000000-0000-7000-8000-000000000000", 404), ("post", "/connexion", 422),
    ],
)  # fmt: skip
def test_error_pages(reader, verb, url, status):
    page = reader.arrive(url, getattr(reader, verb)(url))
    assert page.status == status
    assert_english(page)


def test_a_stale_form(reader):
    reader.csrf = False
    page = reader.arrive("/connexion", reader.post("/connexion", data={"email": "a@example.org"}))
    assert page.status == 400
    assert_english(page)


def fail(*_values, **_names):
    raise RuntimeError("?")


@pytest.mark.parametrize("broken", ["app.site.views.public.page", "app.kernel.web.render_template"])
def test_a_crash(app, reader, monkeypatch, broken):
    """Said on the error page, or in one line when what broke the page breaks the error page too."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(broken, fail)
    answer = reader.get("/mentions-legales", headers={"Accept-Language": "fr"})
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert not french_in(re.sub(r"<[^>]+>", " ", answer.text))


def test_a_wrong_password_and_a_lost_reference(reader, cast):
    page = reader.see("/connexion").submit("form[action='/connexion']", email=cast.chloe.login, password="wrong")
    assert_english(page)
    assert "Wrong address or password." in page.text
    page = reader.see("/reservations").submit(
        "form[action='/reservations']", reference="K7M4QXP", email="nobody@example.org"
    )
    assert_english(page)


# --- letters and files --------------------------------------------------------------------------------------------


def assert_english_letter(letter):
    for text in (
        letter.subject,
        letter.text,
        re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", " ", letter.html, flags=re.DOTALL),
    ):
        assert not (found := french_in(text, *GUEST)), f"{found} in {text}"
    assert 'lang="en"' in letter.html


def booked(house, actor=TESTS):
    english = service.Details(
        first_name="Alice",
        last_name="Durand",
        email=WHO["email"],
        phone="+33612345678",
        special_requests="",
        language="en",
    )
    with transaction():
        return service.reserve(house, wish(), english, actor=actor)


def test_letters(house, outbox, at):
    reservation = booked(house)
    with transaction():
        service.move_reservation(fresh(reservation), wish(covers=2, at=f"{TYPED['date']} 19:45"), actor=TESTS)
    outbox.forget()
    with transaction():
        service.cancel_reservation(fresh(reservation), actor=TESTS, reason="a flood")
    (letter,) = outbox.to(WHO["email"])
    assert letter.subject.startswith("Your reservation is cancelled: Saturday 14 March 2026 at 19:45")
    assert_english_letter(letter)


def test_the_confirmation_bears_english_files(house, outbox):
    reservation = booked(house)
    (letter,) = outbox.to(WHO["email"])
    assert letter.subject == "Your table is booked: Saturday 14 March 2026 at 19:30"
    assert_english_letter(letter)
    calendar = next(content for name, content in letter.attachments.items() if name.endswith(".ics"))
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    assert str(event["summary"]) == "Le Petit Quai, 2 guests"
    assert not french_in(str(event["description"]), *GUEST, reservation.reference)
    paper = next(content for name, content in letter.attachments.items() if name.endswith(".pdf"))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    assert not (found := french_in(" ".join(text.split()), *GUEST)), f"{found} in {text}"


# --- the team -----------------------------------------------------------------------------------------------------


def test_every_page_of_the_team(app, house, cast, visit, outbox):
    """Each page without a parameter, then each page those lead to."""
    reservation = booked(house, actor=ANONYMOUS)
    len(outbox)
    team = visit(cast.admin)
    team.post("/langue", data={"language": "en"})
    plain = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    todo = sorted(rule for rule in plain if rule.startswith("/admin") and not NOT_PAGES.search(rule))
    seen: set[str] = set()
    own = (reservation.reference, *_names(cast))
    while todo:
        url = todo.pop()
        page = team.see(url)
        shape = re.sub(r"[0-9a-f-]{36}", "<id>", url.partition("?")[0])
        seen.add(shape)
        assert page.status == 200, url
        assert_english(page, *own)
        for link in page.links().values():
            path = link.partition("?")[0].partition("#")[0]
            if path.startswith("/admin/") and not NOT_PAGES.search(path):
                if re.sub(r"[0-9a-f-]{36}", "<id>", path) not in {
                    *seen,
                    *(re.sub(r"[0-9a-f-]{36}", "<id>", u) for u in todo),
                }:
                    todo.append(path)
    assert len(seen) > 15


def _names(cast):
    return [
        part
        for user in (cast.bruno, cast.diane, cast.chloe, cast.admin)
        for part in (user.login, user.person.first_name, user.person.last_name)
    ]


def test_the_views_a_house_begins_with_are_named_in_the_readers_language(house, visit, cast):
    with transaction():
        first_views()
    chloe = visit(cast.chloe)
    chloe.post("/langue", data={"language": "en"})
    page = chloe.see("/admin/reservations")
    assert {"Upcoming", "Today", "Tomorrow"} <= {tab.text for tab in page.all(".views a")}
    named = page.fields("form[action*='/vues/'].cluster")["name"]
    page.submit("form[action*='/vues/'].cluster", name=named)
    chloe.post("/langue", data={"language": "fr"})
    assert "À venir" in chloe.see("/admin/reservations").text, "a name left as read stays translated"
