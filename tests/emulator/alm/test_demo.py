"""What the tenants are arranged with for their lifecycle, and structural changes on demand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, Structure, demo_tenant, guide_tenant, structure
from stage.calls.alm_calls import DEVELOPMENT, DEVELOPMENT_ID, PRODUCTION, PRODUCTION_ID, create, finish, revision_ids
from stage.calls.caller import EXPORT, HEADER, WM, Caller

CLIENT, SOURCE = DEVELOPMENT, PRODUCTION
GUIDE_PAIR = {"sourceRevisionId": "rev_123", "sourceModelId": "2" * 32, "targetRevisionId": "rev_456"}


@pytest.fixture
def guide() -> Iterator[Caller]:
    with Emulator(guide_tenant()) as emulator:
        yield Caller.logged_in(emulator)


def deploy(caller: Caller) -> Any:
    """Create a revision in development and bring it to production."""
    (target,) = revision_ids(caller("GET", f"{PRODUCTION}/alm/latestRevision"))
    return finish(caller, "syncTasks", sourceRevisionId=create(caller), targetRevisionId=target)


def shown(caller: Caller, model_id: str) -> Structure:
    found: Structure = caller("GET", f"/emulator/models/{model_id}/structure").json
    return found


def test_a_pipeline_runs_again_after_each_change_over_http(admin: Caller) -> None:
    assert deploy(admin)["result"]["successful"]
    for body in (None, {"name": "Margin", "module_id": "102000000002", "format": "TEXT"}):
        answer = admin("POST", f"/emulator/models/{DEVELOPMENT_ID}/structure", body)
        assert answer.status == 201
        line_item = answer.json["line_item"]
        assert deploy(admin)["result"]["successful"]
        assert shown(admin, PRODUCTION_ID)["lineItems"][line_item["id"]]["name"] == line_item["name"]
        assert shown(admin, PRODUCTION_ID) == shown(admin, DEVELOPMENT_ID)


@pytest.mark.parametrize("body", [{"module_id": "102999999999"}, {"colour": "red"}, b"{"])
def test_changes_that_cannot_be_made_are_refused(admin: Caller, body: object) -> None:
    assert admin("POST", f"/emulator/models/{DEVELOPMENT_ID}/structure", body).status == 400


def test_unknown_models_have_no_structure(admin: Caller) -> None:
    assert admin("POST", f"/emulator/models/{'F' * 32}/structure").status == 404
    assert admin("GET", f"/emulator/models/{'F' * 32}/structure").status == 404


def test_changes_keep_the_columns_of_exports(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models[DEVELOPMENT_ID].change_structure()
    admin.run("exports", EXPORT)
    assert admin("GET", f"{WM}/files/{EXPORT}").body.decode() == HEADER


def test_a_model_whose_modules_are_all_exported_needs_a_module_named() -> None:
    model = demo_tenant().models[DEVELOPMENT_ID]
    for module_id in list(model.modules)[1:]:
        del model.modules[module_id]
    with pytest.raises(LookupError):
        model.change_structure()
    assert model.change_structure(module_id="102000000000").format == "NUMBER"


def test_production_has_data() -> None:
    assert any(part.items for part in demo_tenant().models[PRODUCTION_ID].lists.values())


def test_the_guide_creates_a_revision_and_changes_the_status(guide: Caller) -> None:
    assert revision_ids(guide("GET", f"{CLIENT}/alm/latestRevision")) == ["rev_456"]
    assert create(guide, "Production Release v2.1", CLIENT)
    assert guide("PUT", f"{CLIENT}/onlineStatus", {"status": "offline"}).status == 204


def test_the_guide_finds_and_syncs_its_revision(guide: Caller) -> None:
    syncable = f"{CLIENT}/alm/syncableRevisions?sourceModelId={'2' * 32}"
    assert revision_ids(guide("GET", syncable)) == ["rev_123"]
    tasks = f"{CLIENT}/alm/syncTasks"
    task_id = guide("POST", tasks, GUIDE_PAIR).json["task"]["taskId"]
    assert guide.finished(f"{tasks}/{task_id}")["result"]["successful"]
    assert revision_ids(guide("GET", f"{CLIENT}/alm/latestRevision")) == ["rev_123"]


def test_the_guide_compares_its_revisions_again_and_again(guide: Caller) -> None:
    for kind, reports in [("comparisonReportTasks", "comparisonReports"), ("summaryReportTasks", "summaryReports")] * 2:
        tasks = f"{CLIENT}/alm/{kind}"
        task_id = guide("POST", tasks, GUIDE_PAIR).json["task"]["taskId"]
        assert guide.finished(f"{tasks}/{task_id}")["result"]["successful"]
        assert guide("GET", f"{CLIENT}/alm/{reports}/rev_456/rev_123").status == 200


def test_the_guide_deploys_from_either_tenant() -> None:
    for tenant, source_id, target_id in [
        (demo_tenant(), DEVELOPMENT_ID, PRODUCTION_ID),
        (guide_tenant(), "2" * 32, "1" * 32),
    ]:
        source, target = tenant.models[source_id], tenant.models[target_id]
        with Emulator(tenant) as emulator:
            caller = Caller.logged_in(emulator)
            (latest,) = revision_ids(caller("GET", f"/2/0/models/{target_id}/alm/latestRevision"))
            revision_id = create(caller, "Production Deploy", f"/2/0/models/{source_id}")
            tasks = f"/2/0/models/{target_id}/alm/syncTasks"
            pair = {"sourceRevisionId": revision_id, "sourceModelId": source_id, "targetRevisionId": latest}
            task_id = caller("POST", tasks, pair).json["task"]["taskId"]
            assert caller.finished(f"{tasks}/{task_id}")["result"]["successful"]
        assert structure(source) == structure(target)


def test_the_guide_tenant_refuses_revisions_that_do_not_exist(guide: Caller) -> None:
    tasks = f"{CLIENT}/alm/syncTasks"
    task_id = guide("POST", tasks, {**GUIDE_PAIR, "sourceRevisionId": "rev_789"}).json["task"]["taskId"]
    assert guide.finished(f"{tasks}/{task_id}")["result"]["successful"] is False
    assert guide("GET", f"{SOURCE}/alm/revisions/rev_789/appliedToModels").status == 404
