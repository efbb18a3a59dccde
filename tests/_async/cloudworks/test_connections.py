# Source of both colours: scripts/codegen.py emits this file twice.
"""Connections to cloud stores."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from anaplan_sdk import (
    AnaplanError,
    ApiError,
    AsyncClient,
    ConfigurationError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    TransportError,
)
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.world.cloudworks.demo import CONNECTION_ID, CONTAINER, EXPORT_ID, IMPORT_ID
from anaplan_sdk.emulator.world.cloudworks.state import Store
from anaplan_sdk.models import AmazonS3Connection, AzureBlobConnection, ConnectionDefinition, GoogleBigQueryConnection
from stage.secrecy import reported
from stage.support import options_for, ordinary_user

CONNECTIONS = r"/integrations/connections$"
AZURE = AzureBlobConnection("Second zone", "planningdata", CONTAINER, "sp=rwl&sig=s3cret")
S3 = AmazonS3Connection("Nightly S3", "plan-in", "AKIA1", "s3cret", role_arn="arn:aws:iam::1:role/reader")
KEY = {
    **{"type": "service_account", "project_id": "p", "private_key_id": "7", "private_key": "s3cret"},
    **{"client_email": "a@b", "client_id": "1", "auth_uri": "https://a", "token_uri": "https://t"},
    **{"auth_provider_x509_cert_url": "https://c", "client_x509_cert_url": "https://d", "universe_domain": "g"},
}
TEXT: Any = "s3cret"
BIG_QUERY = GoogleBigQueryConnection("Warehouse", "eu_sales", KEY)


@pytest.fixture(autouse=True)
def stores(emulator: Emulator) -> dict[str, Store]:
    found = emulator.tenant.cloudworks.stores
    found |= {"plan-in": Store(), "eu_sales": Store()}
    return found


async def test_connections_are_listed_without_secrets(client: AsyncClient) -> None:
    (connection,) = await client.cloudworks.list_connections()
    assert (connection.id, connection.name, connection.connection_type) == (CONNECTION_ID, "Landing zone", "AzureBlob")
    assert connection.valid
    assert connection.body["containerName"] == CONTAINER
    assert "sasToken" not in connection.body


@pytest.mark.parametrize("connection", [AZURE, S3, BIG_QUERY], ids=lambda each: type(each).__name__)
async def test_a_connection_of_each_kind_is_created_and_replaced(
    client: AsyncClient, emulator: Emulator, connection: ConnectionDefinition
) -> None:
    made = await client.cloudworks.create_connection(connection)
    found = {each.id: each for each in await client.cloudworks.list_connections()}[made]
    assert found.name == connection.name
    assert f"{found.connection_type}Connection" == type(connection).__name__
    await client.cloudworks.update_connection(made, attrs.evolve(connection, name="Renamed"))
    kept = emulator.tenant.cloudworks.connections[made]
    assert kept.name == "Renamed"
    assert "s3cret" in json.dumps(kept.secrets)
    assert "s3cret" not in repr((connection, found))


async def test_the_key_of_a_service_account_goes_in_the_spelling_of_the_reference(
    client: AsyncClient, emulator: Emulator
) -> None:
    made = await client.cloudworks.create_connection(BIG_QUERY)
    key = emulator.tenant.cloudworks.connections[made].secrets["serviceAccountKey"]
    assert key["clientX509CertUrl"] == "https://d"
    assert key["privateKeyId"] == "7"
    assert len(key) == 10


async def test_some_fields_are_changed(client: AsyncClient, emulator: Emulator) -> None:
    await client.cloudworks.patch_connection(CONNECTION_ID, {"name": "Landing", "sas_token": "sp=r"})
    kept = emulator.tenant.cloudworks.connections[CONNECTION_ID]
    assert (kept.name, kept.secrets) == ("Landing", {"sasToken": "sp=r"})
    assert kept.store_name == CONTAINER


async def test_a_connection_that_is_used_cannot_be_deleted(client: AsyncClient) -> None:
    using = await client.cloudworks.list_integrations_using(CONNECTION_ID)
    assert {each.id for each in using} == {IMPORT_ID, EXPORT_ID}
    with pytest.raises(ConflictError, match="being referenced"):
        await client.cloudworks.delete_connection(CONNECTION_ID)
    made = await client.cloudworks.create_connection(AZURE)
    assert await client.cloudworks.list_integrations_using(made) == []
    await client.cloudworks.delete_connection(made)
    with pytest.raises(NotFoundError):
        await client.cloudworks.delete_connection(made)


async def test_credentials_are_tried_at_once_and_never_shown(client: AsyncClient, stores: dict[str, Store]) -> None:
    stores["plan-in"].credentials = {"secretAccessKey": "another"}
    with pytest.raises(ApiError, match="Credentials are invalid") as caught:
        await client.cloudworks.create_connection(S3)
    assert "s3cret" not in f"{caught.value!r}{caught.value.__dict__}"


async def test_a_name_that_is_taken_is_refused(client: AsyncClient) -> None:
    with pytest.raises(ApiError, match="Duplicate resource name"):
        await client.cloudworks.create_connection(attrs.evolve(AZURE, name="Landing zone"))


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_lost_answer_makes_no_second_connection(client: AsyncClient, emulator: Emulator, drop: Any) -> None:
    emulator.inject(Fault("POST", CONNECTIONS, drop=drop))
    made = await client.cloudworks.create_connection(AZURE)
    names = [each.name for each in emulator.tenant.cloudworks.connections.values()]
    assert names == ["Landing zone", "Second zone"]
    assert made in emulator.tenant.cloudworks.connections


async def test_what_was_there_before_is_not_taken_for_what_a_lost_request_made(
    client: AsyncClient, emulator: Emulator
) -> None:
    emulator.tenant.cloudworks.connections[CONNECTION_ID].created_at -= 3_600
    emulator.inject(Fault("POST", CONNECTIONS, drop="before"))
    with pytest.raises(ApiError, match="Duplicate resource name"):
        await client.cloudworks.create_connection(attrs.evolve(AZURE, name="Landing zone"))


async def test_a_deletion_whose_answer_was_lost_is_done(client: AsyncClient, emulator: Emulator) -> None:
    made = await client.cloudworks.create_connection(AZURE)
    emulator.inject(Fault("DELETE", "/connections/", drop="after"))
    await client.cloudworks.delete_connection(made)
    assert made not in emulator.tenant.cloudworks.connections


async def test_a_change_is_repeated_where_its_answer_was_lost(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("PATCH", "/connections/", drop="after"))
    await client.cloudworks.patch_connection(CONNECTION_ID, {"name": "Landing"})
    assert len(emulator.received("PATCH")) == 2


async def test_a_creation_that_stays_lost_is_raised(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", CONNECTIONS, drop="before", times=None))
    with pytest.raises(TransportError):
        await client.cloudworks.create_connection(AZURE)
    assert len(emulator.received("POST", CONNECTIONS)) == 2


@pytest.mark.parametrize(
    ("connection", "message"),
    [
        (attrs.evolve(AZURE, name="_zone"), "name: '_zone' cannot be"),
        (attrs.evolve(AZURE, name="x" * 61), "at most 60"),
        (attrs.evolve(AZURE, sas_token=""), "sas_token: AzureBlobConnection needs a text"),
        (attrs.evolve(S3, bucket_name=" "), "bucket_name"),
        (attrs.evolve(BIG_QUERY, service_account_key={"type": "s3cret"}), "service_account_key lacks projectId"),
        (attrs.evolve(BIG_QUERY, service_account_key=TEXT), "must be the object in the key file"),
        ({"type": "AzureBlob"}, "connection must be one of AmazonS3Connection, .*, not dict"),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, connection: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        await client.cloudworks.create_connection(connection)
    assert "s3cret" not in str(caught.value)
    assert not emulator.requests


@pytest.mark.parametrize("changes", [{}, {"body": {"name": "x"}}, {"name": "-"}, {"service_account_key": 7}])
async def test_changes_that_cannot_be_are_refused(client: AsyncClient, emulator: Emulator, changes: Any) -> None:
    with pytest.raises(ConfigurationError):
        await client.cloudworks.patch_connection(CONNECTION_ID, changes)
    assert not emulator.requests


@pytest.mark.parametrize(
    "call",
    [
        lambda cloud: cloud.create_connection(S3),
        lambda cloud: cloud.create_connection(attrs.evolve(S3, bucket_name="")),
        lambda cloud: cloud.create_connection(attrs.evolve(BIG_QUERY, service_account_key={"private_key": "s3cret"})),
        lambda cloud: cloud.update_connection(CONNECTION_ID, attrs.evolve(AZURE, name="Landing zone 2")),
        lambda cloud: cloud.update_connection("a/b", AZURE),
        lambda cloud: cloud.patch_connection(CONNECTION_ID, {"sas_token": "s3cret"}),
        lambda cloud: cloud.patch_connection(CONNECTION_ID, {"sas_token": "s3cret", "body": "s3cret"}),
        lambda cloud: cloud.patch_connection("a/b", {"sas_token": "s3cret"}),
        lambda cloud: cloud.patch_connection(CONNECTION_ID, {"service_account_key": {"private_key": "s3cret"}}),
    ],
    ids=["refused", "empty", "key", "replaced", "id", "changed", "wrapped", "id of a change", "key of a change"],
)
async def test_no_secret_is_in_what_a_crash_reporter_sends(
    client: AsyncClient, emulator: Emulator, caplog: pytest.LogCaptureFixture, call: Any
) -> None:
    emulator.inject(Fault("*", "/connections", status=400, body='{"status":{"message":"Not s3cret"}}', times=None))
    with pytest.raises(AnaplanError) as caught:
        await call(client.cloudworks)
    shown = reported(caught.value, but=__file__).replace("Not s3cret", "")
    assert "s3cret" not in shown
    assert "s3cret" not in caplog.text.replace("Not s3cret", "")


async def test_without_the_role_nobody_gets_in(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as client:
        with pytest.raises(PermissionDeniedError, match=r"403 \(Not Permitted\). This needs the role of Restricted"):
            await client.cloudworks.list_connections()
        with pytest.raises(PermissionDeniedError, match=r"452 \(Tenant not entitled\). The user lacks the role"):
            await client.cloudworks.delete_schedule(IMPORT_ID)
    assert len(emulator.received(path="/integrations")) == 2
