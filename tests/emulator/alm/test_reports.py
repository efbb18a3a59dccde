"""Comparison reports and their summaries (facts §11.8 and §11.9)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Action, Emulator, TaskScript
from anaplan_sdk.emulator.alm.state import Reports
from stage.calls.alm_calls import (
    DEVELOPMENT,
    DEVELOPMENT_ID,
    FIRST,
    PAIR,
    PRODUCTION,
    PRODUCTION_ID,
    SECOND,
    create,
    finish,
    message,
    start,
)
from stage.calls.caller import Caller

COMPARISON = f"{PRODUCTION}/alm/comparisonReports/{FIRST}/{SECOND}"
SUMMARY = f"{PRODUCTION}/alm/summaryReports/{FIRST}/{SECOND}"
REPORTS = [("comparisonReportTasks", COMPARISON), ("summaryReportTasks", SUMMARY)]
COMPARISON_OF_DEMO = """\
Source Workspace\tSales Planning
Source Model\tSales Planning Development
Source Revision\tHeadcount Planning
Target Workspace\tSales Planning
Target Model\tSales Planning Production
Target Revision\tInitial Model

=== LISTS ADDED ===
Id\tName
101000000003\tCost Centers

=== LISTS REMOVED ===
Id\tName
101000000002\tSales Channels

=== MODULES ADDED ===
Id\tName\tList
102000000002\tHeadcount Plan\tCost Centers

=== LINE ITEMS ADDED ===
Id\tName\tFormat\tModule
206000100004\tPrice Change\tNUMBER\tPlanning Drivers
206000100005\tEmployees\tNUMBER\tHeadcount Plan
206000100006\tAverage Salary\tNUMBER\tHeadcount Plan
206000100007\tHiring Manager\tTEXT\tHeadcount Plan

=== LINE ITEMS REMOVED ===
Id\tName\tFormat\tModule
206000100003\tDiscount\tNUMBER\tPlanning Drivers

=== LINE ITEMS CHANGED ===
Id\tName\tProperty\tTarget Value\tSource Value
206000100002\tSeasonality\tFormat\tTEXT\tNUMBER

=== ACTIONS ADDED ===
Id\tName\tAction Type\tList
117000000003\tDelete Cost Centers\tDELETE_BY_SELECTION\tCost Centers
"""


def read(caller: Caller, path: str, accept: str = "*/*") -> tuple[int, str]:
    answer = caller("GET", path, headers={"Accept": accept})
    return answer.status, answer.body.decode()


@pytest.mark.parametrize(("kind", "report"), REPORTS)
def test_a_finished_task_leads_to_its_report(emulator: Emulator, admin: Caller, kind: str, report: str) -> None:
    answer = admin("POST", f"{PRODUCTION}/alm/{kind}", PAIR)
    assert answer.status == 201
    assert answer.headers["location"] == answer.json["task"]["taskUrl"]
    task = admin.finished(answer.headers["location"].removeprefix(emulator.url))
    assert task["result"] == {
        "successful": True,
        "sourceRevisionId": SECOND,
        "targetRevisionId": FIRST,
        "reportFileUrl": f"{emulator.url}{report}",
    }
    assert admin("GET", report).status == 200


def test_a_comparison_report_tells_every_difference(admin: Caller) -> None:
    finish(admin, "comparisonReportTasks")
    answer = admin("GET", COMPARISON)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.body.decode() == COMPARISON_OF_DEMO


def test_a_comparison_report_tells_changes_of_steps_and_objects_without_a_type(
    emulator: Emulator, admin: Caller
) -> None:
    model = emulator.tenant.models[DEVELOPMENT_ID]
    model.processes["118000000000"].step_ids.pop()
    model.add(Action("117000000009", "Open Headcount"))
    third = create(admin)
    finish(admin, "comparisonReportTasks", sourceRevisionId=third)
    _, report = read(admin, COMPARISON.replace(SECOND, third))
    assert "117000000009\tOpen Headcount\t\t\n" in report
    change = '118000000000\tLoad Sales\tStep Ids\t"[""112000000000"", ""112000000001""]"\t"[""112000000000""]"\n'
    assert change in report


def test_a_summary_counts_every_difference(admin: Caller) -> None:
    finish(admin, "summaryReportTasks")
    body = admin("GET", SUMMARY).json
    assert body["meta"]["schema"].endswith("/2/0/objects/summaryReport")
    assert body["summaryReport"] == {
        "targetRevisionId": FIRST,
        "sourceRevisionId": SECOND,
        "totals": {"created": 7, "deleted": 2, "modified": 1},
        "differences": {
            "lists": {"created": 1, "deleted": 1},
            "modules": {"created": 1},
            "lineItems": {"created": 4, "deleted": 1, "modified": 1},
            "actions": {"created": 1},
        },
    }


def test_reports_are_about_revisions_and_not_about_models_as_they_are(emulator: Emulator, admin: Caller) -> None:
    for model in emulator.tenant.models.values():
        model.lists.clear()
    finish(admin, "comparisonReportTasks")
    assert admin("GET", COMPARISON).body.decode() == COMPARISON_OF_DEMO


def test_a_revision_does_not_differ_from_itself(admin: Caller) -> None:
    finish(admin, "summaryReportTasks", sourceRevisionId=FIRST)
    report = admin("GET", f"{PRODUCTION}/alm/summaryReports/{FIRST}/{FIRST}").json["summaryReport"]
    assert (report["totals"], report["differences"]) == ({}, {})


def test_revisions_of_one_model_can_be_compared(admin: Caller) -> None:
    third = create(admin)
    pair = {"sourceModelId": DEVELOPMENT_ID, "sourceRevisionId": third, "targetRevisionId": SECOND}
    task_id = admin("POST", f"{DEVELOPMENT}/alm/summaryReportTasks", pair).json["task"]["taskId"]
    admin.finished(f"{DEVELOPMENT}/alm/summaryReportTasks/{task_id}")
    report = admin("GET", f"{DEVELOPMENT}/alm/summaryReports/{SECOND}/{third}").json["summaryReport"]
    assert report["differences"] == {"lineItems": {"created": 1}}


@pytest.mark.parametrize(("kind", "report"), REPORTS)
def test_the_target_comes_first_in_the_path(admin: Caller, kind: str, report: str) -> None:
    finish(admin, kind)
    assert admin("GET", report).status == 200
    assert admin("GET", report.replace(f"{FIRST}/{SECOND}", f"{SECOND}/{FIRST}")).status == 404


@pytest.mark.parametrize(("kind", "report"), REPORTS)
def test_a_report_is_not_found_before_it_is_finished(emulator: Emulator, admin: Caller, kind: str, report: str) -> None:
    assert admin("GET", report).status == 404
    emulator.tenant.script_task(f"{PRODUCTION_ID}/{kind}", TaskScript(hang=True))
    task = start(admin, kind)
    assert admin("GET", report).status == 404
    emulator.tenant.release_tasks()
    admin.finished(task)
    assert admin("GET", report).status == 200


@pytest.mark.parametrize(("kind", "report"), REPORTS)
def test_a_report_is_not_found_after_its_time_and_can_be_made_again(
    emulator: Emulator, admin: Caller, kind: str, report: str
) -> None:
    finish(admin, kind)
    emulator.tenant.options.retention_seconds = 0.0
    assert admin("GET", report).status == 404
    emulator.tenant.options.retention_seconds = 172_800.0
    finish(admin, kind)
    assert admin("GET", report).status == 200


def test_only_reports_that_are_renewed_count_from_their_last_access(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.time", lambda: clock[-1])
    reports, fixed, renewed = Reports(), ("comparison", "m", "t", "s"), ("summary", "m", "t", "s")
    reports.keep(fixed, "fixed", retention_seconds=48.0)
    reports.keep(renewed, "renewed", retention_seconds=48.0)
    for now in (30.0, 60.0):
        clock.append(now)
        assert reports.find(renewed, retention_seconds=48.0, renew=True) == "renewed"
    assert reports.find(fixed, retention_seconds=48.0, renew=False) is None
    clock.append(109.0)
    assert reports.find(renewed, retention_seconds=48.0, renew=True) is None


@pytest.mark.parametrize("kind", ["comparisonReportTasks", "summaryReportTasks"])
@pytest.mark.parametrize("field", ["sourceRevisionId", "targetRevisionId"])
def test_revisions_that_do_not_exist_fail_the_task_and_not_the_request(admin: Caller, kind: str, field: str) -> None:
    task = finish(admin, kind, **{field: "F" * 32})
    assert (task["taskState"], task["currentStep"]) == ("COMPLETE", "Failed.")
    assert set(task["result"]) == {"successful", "error"}
    assert task["result"]["error"]["messageText"] == "The target and source revisions are incompatible"


def test_a_source_that_is_behind_is_incompatible(admin: Caller) -> None:
    finish(admin, "syncTasks")
    task = finish(admin, "comparisonReportTasks", sourceRevisionId=FIRST, targetRevisionId=SECOND)
    assert task["result"]["successful"] is False


@pytest.mark.parametrize("accept", ["application/json", "text/plain"])
def test_what_the_caller_accepts_is_looked_at_before_role_and_existence(
    admin: Caller, user: Caller, accept: str
) -> None:
    finish(admin, "comparisonReportTasks")
    for caller, path in [(admin, COMPARISON), (user, COMPARISON), (admin, COMPARISON.replace("2" * 32, "F" * 32))]:
        assert read(caller, path, accept)[0] == 406


@pytest.mark.parametrize("accept", ["*/*", "application/octet-stream", "text/plain;q=0.5, */*;q=0.1"])
def test_a_report_comes_to_those_who_accept_it(admin: Caller, accept: str) -> None:
    finish(admin, "comparisonReportTasks")
    assert read(admin, COMPARISON, accept) == (200, COMPARISON_OF_DEMO)


def test_role_is_looked_at_before_the_report(user: Caller) -> None:
    assert user("GET", COMPARISON).status == 424


@pytest.mark.parametrize(("kind", "report"), REPORTS)
def test_others_than_administrators_are_refused_with_424_and_no_words(
    admin: Caller, user: Caller, kind: str, report: str
) -> None:
    task = start(admin, kind)
    for answer in (user("POST", f"{PRODUCTION}/alm/{kind}", PAIR), user("GET", task), user("GET", report)):
        assert (answer.status, message(answer)) == (424, "")


@pytest.mark.parametrize(("kind", "report"), REPORTS)
def test_reports_are_visible_to_every_administrator(
    emulator: Emulator, admin: Caller, user: Caller, kind: str, report: str
) -> None:
    finish(admin, kind)
    grace = emulator.tenant.user_with_email("grace@example.com")
    assert grace is not None
    emulator.tenant.workspaces["A" * 32].administrators.add(grace.id)
    assert user("GET", report).status == 200


@pytest.mark.parametrize(("kind", "report"), REPORTS)
def test_archived_models_show_no_reports(emulator: Emulator, admin: Caller, kind: str, report: str) -> None:
    task = start(admin, kind)
    admin.finished(task)
    emulator.tenant.models[PRODUCTION_ID].active_state = "ARCHIVED"
    assert [admin("GET", path).status for path in (task, report)] == [422, 422]


@pytest.mark.parametrize("kind", ["comparisonReportTasks", "summaryReportTasks"])
def test_report_tasks_are_not_listed(admin: Caller, kind: str) -> None:
    finish(admin, kind)
    assert admin("GET", f"{PRODUCTION}/alm/{kind}").status == 405
    assert "tasks" not in admin("GET", f"{PRODUCTION}/alm/syncTasks").json
