"""A Sentry hears what broke and where, and nothing of whom or what it was about; without its address nobody hears."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sentry_sdk
from django.conf import settings

NAME, LATIN = "Вымышленный Иван Иванович", "Vymyshlenny"


def run(folder: Path, program: str, **variables: str) -> Any:
    """What a program of its own printed as JSON, in an embedded portal of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {program}"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}
        | {"NAME": NAME, "LATIN": LATIN}
        | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def break_everything(folder: Path, *, is_set_up: bool) -> dict[str, Any]:
    return run(folder, f"from tests.inside.fault_reports import main; main(is_set_up={is_set_up})")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    answer = break_everything(tmp_path_factory.mktemp("var"), is_set_up=True)
    assert answer["active"]
    return answer["sent"]


def test_a_request_a_task_and_a_job_that_break_are_each_told_once(sent):
    assert [item["type"] for item in sent] == ["event"] * 3
    view, task, job = (item["payload"] for item in sent)
    assert view["transaction"] == "tests.inside.fault_reports.broken_view"
    assert task["transaction"] == "tests.broken_task"
    assert job["tags"]["request_id"] == "0a1b2c"
    assert int(job["tags"]["job_id"])


def test_what_broke_and_where_is_told(sent):
    for item in sent:
        values = item["payload"]["exception"]["values"]
        assert [value["type"] for value in values] == ["KeyError", "ValueError"]
        last = values[-1]["stacktrace"]["frames"][-1]
        assert (last["module"], last["function"]) == ("tests.inside.fault_reports", "break_over")
        assert "raise ValueError" in last["context_line"]
        assert item["payload"]["release"].startswith("opora@")


def test_no_name_is_sent_in_whatever_form(sent):
    text = json.dumps(sent, ensure_ascii=False) + json.dumps(sent)
    in_json, in_address = json.dumps(NAME)[1:-1], quote(NAME)
    for word in (NAME.split()[0], LATIN, in_json.split()[0], in_address[:12]):
        assert word not in text


def test_nothing_leaves_but_what_is_on_the_list(sent):
    for item in sent:
        assert set(item["payload"]) <= {
            "event_id", "timestamp", "level", "platform", "release", "environment", "transaction", "exception", "tags",
        }  # fmt: skip
        for value in item["payload"]["exception"]["values"]:
            assert set(value) <= {"type", "module", "stacktrace"}
            assert not [frame for frame in value["stacktrace"]["frames"] if "vars" in frame]


def test_without_the_setting_nobody_is_told(tmp_path):
    assert break_everything(tmp_path, is_set_up=False) == {"active": False, "sent": []}
    assert not sentry_sdk.get_client().is_active()


def test_the_setting_alone_switches_it_on(tmp_path):
    """Nothing could be sent to this address."""
    program = (
        "import json, sentry_sdk; client = sentry_sdk.get_client(); "
        "print(json.dumps([client.is_active(), client.options['environment'], client.options['send_default_pii']]))"
    )
    answer = run(tmp_path, program, SENTRY_DSN="http://key@127.0.0.1:1/1", SENTRY_ENVIRONMENT="trial")
    assert answer == [True, "trial", False]
