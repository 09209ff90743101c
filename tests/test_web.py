"""The programs of docs/embedding.md: a web service that never sends a fact back, and processes."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError, field_validator

from klappts_engine import Assessment, Case, Engine
from klappts_engine.interop.web import refusals
from klappts_engine.texts import LANGUAGES
from tests.shipped import shipped

ROOT = Path(__file__).resolve().parent.parent
SERVICE, PROCESSES = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8"), re.S
)
fields = st.deferred(
    lambda: st.sampled_from(sorted({*shipped().rulebook.vocabulary.facts, "as_of"}))
)
markers = st.text("QXZJ", min_size=9, max_size=12)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service of the documentation, as it stands there."""
    file = tmp_path_factory.mktemp("service") / "service.py"
    file.write_text(SERVICE, encoding="utf-8")
    engine = shipped()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "load", lambda: engine)
        app = runpy.run_path(str(file))["app"]
    with TestClient(app, raise_server_exceptions=True) as found:
        yield found


def asked(client: TestClient, body: Any) -> tuple[int, Any]:
    """Status and answer of a request."""
    response = client.post("/assess", json=body)
    return response.status_code, response.json()


def test_a_person_is_assessed_over_the_web(client: TestClient) -> None:
    case = shipped().read_case(ROOT / "examples" / "p07.yaml")
    sent = json.loads(case.model_dump_json())
    status, answer = asked(client, {"case": sent, "on": "2026-11-22"})
    assert status == 200
    expected = shipped().assess(case, "2026-11-22", ["bsk.access"])
    assert Assessment.model_validate(answer) == expected


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        ({"needy": "ja"}, "body.case.needy", "true or false"),
        ({"statuss": "x"}, "body.case.statuss", "Perhaps status"),
        ({"birth_date": "2026-02-30"}, "body.case.birth_date", "YYYY-MM-DD"),
        ({"status": "asyl"}, "body.case.status", "allowed values"),
        ({"nationalities": "GIN"}, "body.case.nationalities", "list"),
        (
            {"stay_history": [{"from": "2024-05-01", "kind": "x"}]},
            "body.case.stay_history.0.kind",
            "allowed values",
        ),
        (
            {
                "stay_history": [
                    {"from": "2024-05-01", "to": "2023-05-01", "kind": "geduldet"},
                ]
            },
            "body.case.stay_history",
            "before it begins",
        ),
        ({"Maria Q. aus X": True}, "body.case", "malformed"),
        ([], "body.case", "field: value"),
    ],
)
def test_a_wrong_fact_gives_its_field_and_a_sentence(
    facts: Any, field: str, said: str, client: TestClient
) -> None:
    status, (refusal,) = asked(client, {"case": facts, "on": "2026-11-22"})
    assert status == 422
    assert set(refusal) == {"field", "message"}
    assert refusal["field"] == field
    assert said in refusal["message"]
    assert "Maria" not in str(refusal)


def test_all_mistakes_are_told_at_once(client: TestClient) -> None:
    status, found = asked(client, {"case": {"needy": 3, "status": "x"}, "on": "morgen"})
    assert status == 422
    assert sorted(one["field"] for one in found) == [
        "body.case.needy",
        "body.case.status",
        "body.on",
    ]


def test_facts_that_contradict_each_other_are_refused(client: TestClient) -> None:
    status, (refusal,) = asked(
        client, {"case": {"birth_date": "2006-03-15", "age_years": 35}, "on": "2026-11-22"}
    )
    assert status == 422
    assert refusal["field"] == ""
    assert "age_years" in refusal["message"]
    assert "2006" not in str(refusal)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(fields, markers, min_size=1, max_size=3),
    st.sampled_from([{}, {"on": "QXZJQXZJQ"}, {"on": "2026-11-22"}, {"on": 3}]),
    st.sampled_from(["{}", "[{}]", "x{}", None]),
)
def test_no_value_comes_back_whatever_is_wrong(
    client: TestClient, facts: dict[str, str], rest: dict[str, Any], odd: str | None
) -> None:
    body: Any = {"case": facts | {"needy": 3}, **rest}
    text = json.dumps(body)
    response = client.post(
        "/assess",
        content=odd.format(text) if odd else text,
        headers={"content-type": "application/json"},
    )
    assert response.status_code == 422
    assert "QXZJ" not in response.text
    assert not any(marker in response.text for marker in facts.values())


class Letter(BaseModel):
    """A model of somebody else around a case."""

    case: Case
    about: str

    @field_validator("about")
    @classmethod
    def _theirs(cls, about: str) -> str:
        if about == "QXZJ":
            raise ValueError(f"nothing on {about}")
        return about


@given(st.dictionaries(fields, markers, min_size=1, max_size=3))
def test_another_model_is_told_field_and_sentence_and_no_value(facts: dict[str, str]) -> None:
    whole = {"case": facts | {"needy": 3}, "about": "x"}
    with pytest.raises(ValidationError) as caught:
        Letter.model_validate(whole)
    errors = caught.value.errors()
    assert {"case"} == {error["loc"][0] for error in errors}
    assert ("case", "needy") in [error["loc"] for error in errors]
    assert all(error["type"].startswith("klappts.") for error in errors)
    said = f"{caught.value} {caught.value!r} {errors} {caught.value.json()}"
    assert not any(marker in said for marker in facts.values())


def test_the_message_of_another_model_is_not_handed_on() -> None:
    with pytest.raises(ValidationError) as caught:
        Letter.model_validate({"case": {}, "about": "QXZJ"})
    for lang in LANGUAGES:
        (refusal,) = refusals(caught.value.errors(), lang)
        assert refusal["field"] == "about"
        assert "QXZJ" not in refusal["message"]


def test_a_model_with_a_case_reads_back_and_explains_itself() -> None:
    one = Letter(case=shipped().read_case(ROOT / "examples" / "p07.yaml"), about="x")
    assert Letter.model_validate_json(one.model_dump_json()) == one
    assert set(Letter.model_json_schema()["$defs"]) == {"Case", "StayPeriod"}
    assert "GIN" not in repr(one)


def test_the_service_describes_itself(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["components"]["schemas"]
    assert set(shipped().rulebook.vocabulary.facts) < set(described["Case"]["properties"])


def test_the_program_with_processes_runs(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROCESSES, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    case = shipped().case(needy=True)
    answer = shipped().assess(case, "2026-11-22", ["bsk.access"]).conclusions["bsk.access"].answer
    assert done.stdout.split() == [answer, answer]
