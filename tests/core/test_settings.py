"""Where Anaplan is, and which settings are accepted."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from anaplan_sdk import AsyncClient, Client, Pacing, PollSchedule, RetryPolicy, Settings
from anaplan_sdk._core.api.hosts import REGIONS, given_urls, service_urls
from anaplan_sdk._io.environment import environment
from anaplan_sdk._settings import Knobs, Variable, chosen, varied
from anaplan_sdk.errors import ConfigurationError


def urls(given: Mapping[str, str] | None = None, /, **arguments: Any) -> tuple[str, ...]:
    options = {name: arguments.pop(name, default) for name, default in (("region", None), ("plain_http", False))}
    named = {name.removesuffix("_url"): url for name, url in arguments.items()}
    return tuple(service_urls(given or {}, urls=named, **options).values())[:3]


def others(given: Mapping[str, str] | None = None, /, **arguments: Any) -> dict[str, str]:
    """Where the services without an argument of their own are."""
    region = arguments.pop("region", None)
    found = service_urls(given or {}, region=region, urls=arguments)
    return {service: url for service, url in found.items() if service not in ("api", "auth", "oauth")}


SHARED = ("https://api.anaplan.com", "https://auth.anaplan.com", "https://us1a.app.anaplan.com")


@pytest.mark.parametrize("region", ["us1", "us2", "us5", "us7", "eu1", "eu2", "eu4", "ap1"])
def test_regions_that_share_their_hosts(region: str) -> None:
    assert urls(region=region) == SHARED


@pytest.mark.parametrize("region", ["us9", "eu3", "eu5", "gb1", "sg1", "ae1", "in1", "id1", "me1"])
def test_regions_with_hosts_of_their_own(region: str) -> None:
    assert urls(region=region) == tuple(f"https://{region}.{service}.anaplan.com" for service in ("api", "auth", "app"))


def test_regions_with_hosts_of_another_form() -> None:
    assert urls(region="CA1") == tuple(f"https://ca1a.{service}.anaplan.com" for service in ("api", "auth", "app"))
    own = "https://au1a.app2.anaplan.com"
    assert urls(region="au1") == ("https://api.au1a.app2.anaplan.com", own, own)
    assert len(REGIONS) == 19


def test_services_beside_the_api() -> None:
    assert others(region="eu1") == {
        "audit": "https://audit.anaplan.com",
        "scim": SHARED[0],
        "admin": SHARED[0],
        "cloudworks": "https://api.anaplan.com/cloudworks",
    }
    own = "https://eu3.api.anaplan.com"
    assert others(region="eu3") == {"audit": own, "scim": own, "admin": own, "cloudworks": f"{own}/cloudworks"}
    australian = "https://api.au1a.app2.anaplan.com"
    assert others(region="au1") == {
        **dict.fromkeys(("audit", "scim", "admin"), australian),
        "cloudworks": "https://api.cloudworks.au1a.app2.anaplan.com",
    }


def test_what_is_beside_the_api_follows_it_unless_it_has_a_url_of_its_own() -> None:
    mine = "https://mine.example"
    assert others(region="eu1", api=mine) == {
        "audit": "https://audit.anaplan.com",
        "scim": mine,
        "admin": mine,
        "cloudworks": f"{mine}/cloudworks",
    }
    assert set(others({"api_url": mine, "region": "eu3"}).values()) == {mine, f"{mine}/cloudworks"}
    given = {"api_url": "https://other.example", "scim_url": "https://scim.example"}
    assert others(given, api=mine, audit="https://audit.example") == {
        "audit": "https://audit.example",
        "scim": "https://scim.example",
        "admin": mine,
        "cloudworks": f"{mine}/cloudworks",
    }


def test_a_region_that_is_not_known() -> None:
    with pytest.raises(ConfigurationError, match=r"region: 'mars' is not known. Known are ae1, .*; or give the URLs"):
        urls(region="Mars")


def test_arguments_go_before_the_environment_and_that_before_the_region() -> None:
    given = {"api_url": "https://api.example", "auth_url": "https://auth.example", "region": "eu3"}
    assert urls(given) == ("https://api.example", "https://auth.example", "https://eu3.app.anaplan.com")
    assert urls(given, api_url="https://mine.example")[:2] == ("https://mine.example", "https://auth.example")


def test_a_region_given_as_argument_is_not_bent_by_the_environment() -> None:
    given = {"api_url": "https://api.example", "region": "eu3"}
    assert urls(given, region="us1") == SHARED
    assert urls(given, region="us1", api_url="https://mine.example") == ("https://mine.example", *SHARED[1:])


def test_every_service_can_be_named_in_one_mapping() -> None:
    assert given_urls({"api": "https://mine.example"}, api=None, auth="https://auth.example") == {
        "api": "https://mine.example",
        "auth": "https://auth.example",
    }
    with pytest.raises(ConfigurationError, match=r"api_url and urls\['api'\] were both given: leave one out"):
        given_urls({"api": "https://mine.example"}, api="https://mine.example")
    with pytest.raises(ConfigurationError, match="urls must be a mapping such as"):
        given_urls("https://mine.example", api=None)  # type: ignore[arg-type]


def test_a_service_that_is_not_known() -> None:
    with pytest.raises(ConfigurationError, match=r"urls: 'adit' is no service. Services are api, auth, oauth"):
        urls(adit="https://audit.example")


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://api.example/", "https://api.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://gateway.example/anaplan//", "https://gateway.example/anaplan"),
    ],
)
def test_urls_are_bases(given: str, base: str) -> None:
    assert urls(api_url=given)[0] == base


@pytest.mark.parametrize(
    "wrong",
    [
        "api.anaplan.com",
        "//api.anaplan.com",
        "ftp://api.anaplan.com",
        "https://",
        "https://:443",
        "https://api.anaplan.com/2/0/",
        "https://user@api.anaplan.com",
        "https://:secret@api.anaplan.com",
        "https://api.anaplan.com?key=secret",
        "https://api.anaplan.com#top",
        "https://api.anaplan.com:0",
        "https://api.anaplan.com:port",
        "https://api.anaplan.com:65536",
        "https://api anaplan.com",
        "https://api.anaplan.com\r\nX: y",
        "https://[::1",
        "https://käse.example",
        "https:\\\\api.anaplan.com",
    ],
)
def test_what_is_no_base_is_refused_without_being_shown(wrong: str) -> None:
    for name in ("api_url", "auth_url", "oauth_url"):
        with pytest.raises(ConfigurationError, match=f"{name} must be a URL") as caught:
            urls(**{name: wrong})
        assert "secret" not in str(caught.value)
        with pytest.raises(ConfigurationError, match=f"{name} must be a URL"):
            urls({name: wrong})


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000",
        "http://anaplan.localhost",
        "http://127.0.0.1",
        "http://127.8.0.1:1",
        "http://[::1]:8000",
        "http://0.0.0.0:8000",
        "http://[::ffff:127.0.0.1]",
        "HTTP://LOCALHOST",
    ],
)
def test_http_is_for_this_computer(url: str) -> None:
    assert urls(api_url=url, auth_url=url, oauth_url=url) == (url, url, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://auth.anaplan.com",
        "HTTP://auth.anaplan.com",
        "http://emulator:8000",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://[::ffff:10.0.0.1]",
        "http://127.0.0.1.nip.example",
    ],
)
@pytest.mark.parametrize("name", ["api_url", "auth_url", "oauth_url"])
def test_http_to_other_computers_is_refused(name: str, url: str) -> None:
    for given, arguments in (({}, {name: url}), ({name: url}, {})):
        with pytest.raises(
            ConfigurationError, match=f"{name}: http:// would send passwords and tokens in clear text to "
        ):
            urls(given, **arguments)
        assert url in urls(given, **arguments, plain_http=True)


@pytest.mark.parametrize(
    ("variable", "allowed"), [("1", True), ("true", True), ("YES", True), ("0", False), ("", False)]
)
def test_the_environment_may_allow_plain_http(variable: str, allowed: bool) -> None:
    given = {"allow_plain_http": variable}
    assert chosen(None, {}, given).allow_plain_http is allowed
    assert chosen(None, {"allow_plain_http": True}, given).allow_plain_http


def test_the_environment_is_what_is_set_and_not_blank() -> None:
    variables = {
        "ANAPLAN_MODEL_ID": " M \n",
        "ANAPLAN_TOKEN": " ",
        "ANAPLAN_REGION": "",
        "HOME": "/",
        "X_ANAPLAN_": "x",
    }
    assert environment(variables) == {"model_id": "M"}


def test_passwords_keep_their_blanks() -> None:
    assert environment({"ANAPLAN_PASSWORD": " x ", "ANAPLAN_PRIVATE_KEY_PASSWORD": "y "}) == {
        "password": " x ",
        "private_key_password": "y ",
    }


# --- Settings ---------------------------------------------------------------------------------------------------------

FIELDS = attrs.fields_dict(Settings)
SHARED_KNOBS = set(Knobs.__annotations__) - set(Variable.__annotations__)


def test_type_checkers_know_every_knob_and_which_may_vary() -> None:
    assert set(Knobs.__annotations__) == set(FIELDS)
    assert {name for name, knob in FIELDS.items() if knob.metadata.get("shared")} == SHARED_KNOBS


@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_help_shows_every_knob_with_its_default(client: type[Client] | type[AsyncClient]) -> None:
    parameters = inspect.signature(client).parameters
    assert {name: parameters[name].default for name in FIELDS} == attrs.asdict(Settings(), recurse=False)
    assert set(inspect.signature(client.with_options).parameters) == {"self", *Variable.__annotations__}
    assert {inspect.signature(client.with_options).parameters[name].default for name in Variable.__annotations__} == {
        ...
    }


def test_a_keyword_wins_over_the_settings_beside_it() -> None:
    given = Settings(page_size=500, concurrency=2, urls={"api": "https://one.example", "auth": "https://two.example"})
    found = chosen(given, {"page_size": 70}, {}, api="https://three.example")
    assert (found.page_size, found.concurrency) == (70, 2)
    assert found.urls["api"] == found.urls["scim"] == "https://three.example"
    assert (found.urls["auth"], found.urls["oauth"]) == ("https://two.example", SHARED[2])


def test_settings_win_over_the_environment() -> None:
    given = {"api_url": "https://variable.example", "region": "eu3"}
    assert chosen(Settings(urls={"api": "https://one.example"}), {}, given).urls["api"] == "https://one.example"
    assert chosen(Settings(region="us1"), {}, given).urls["api"] == SHARED[0]


def test_a_region_as_keyword_is_not_bent_by_urls_of_settings() -> None:
    found = chosen(Settings(urls={"api": "https://one.example"}), {"region": "us1"}, {})
    assert tuple(found.urls.values())[:3] == SHARED


def test_none_is_the_default_of_what_has_no_other_meaning_for_it() -> None:
    found = chosen(Settings(), {"retry": None, "poll": None, "urls": None, "region": None, "pacing": None}, {})
    assert (found.retry, found.poll, found.pacing) == (RetryPolicy(), PollSchedule(), None)


@pytest.mark.parametrize("wrong", [{"page_size": 500}, 7, RetryPolicy()])
def test_settings_that_are_none(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="settings must be of Settings, not of "):
        Client(token="T", settings=wrong)


def test_an_unknown_knob_is_pythons_own_error() -> None:
    given: Any = {"timeout": 10}
    for make in (Client, AsyncClient, Client(token="T").with_options):
        with pytest.raises(TypeError, match="unexpected keyword argument 'timeout'"):
            make(**given)


def test_what_belongs_to_connections_does_not_vary() -> None:
    settings = Settings(pacing=Pacing(5))
    assert varied(settings, {"page_size": 70, "pacing": None}) == attrs.evolve(settings, page_size=70, pacing=None)
    for name in SHARED_KNOBS:
        wrong: Any = {name: getattr(settings, name)}
        with pytest.raises(ConfigurationError, match=f"{name} would change them: make a new client"):
            varied(settings, wrong)
