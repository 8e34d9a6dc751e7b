"""Whatever the document allows, and what it does not, sent to the real server as a partner, a stranger and nobody.

No 5xx, no status the document does not name, no body of another shape, and no body with a word of somebody else's.
`API_EXAMPLES=25` sends more of each; `API_STAGES=began,needs,agreed` looks at other points of the way.
"""

import io
import os
import zipfile
from collections import Counter
from dataclasses import dataclass
from itertools import count
from random import Random
from uuid import uuid4

import pytest
import requests
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stages import actions
from stages.ending import actions as ending
from tests.api.caller import token_for
from tests.bad_input.test_ids import ids_of
from tests.couple import ADA, BEN, WORDS, Couple
from vessels.private.actions import write_boundary
from vessels.private.drafts import save_draft

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = int(os.environ.get("API_EXAMPLES", "1"))
STAGES = os.environ.get("API_STAGES", "overlap").split(",")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
LAST = ("sign-out", "enough", "closing", "pause", "without", "/end/")  # what ends things comes after all else
QUIET = {"deadline": None, "derandomize": True, "database": None, "phases": [Phase.generate]}
PRIVATE = "kanarienvogel"  # in everything the other keeps to themselves


@dataclass
class Persona:
    name: str
    headers: dict
    sessions: list
    ids: list
    forbidden: list[str]


def furnish(couple: Couple, name: str, canary: str) -> None:
    """The canary in every kind of private row that can be written at any stage."""
    couple.say(name, f"Nobody may read {canary}.")
    with couple.acting(name) as place:
        now = timezone.now()
        actions.read_barometer(place=place, intensity=6, context=canary, stage=1, now=now)
        write_boundary(place=place, words=f"Never {canary}", non_negotiable=True, now=now)
        save_draft(place, "conversation", canary)
        ending.keep_solo(place=place, letter=canary, request=canary, now=now)


def personas(stage: str) -> list[Persona]:
    couple, others = Couple().until(stage), Couple().until("heard")
    for name in couple.actors:
        furnish(couple, name, f"{PRIVATE}-{name}")
    own = ids_of(couple.actors[ADA])
    theirs = ids_of(couple.actors[BEN]) if BEN in couple.actors else []
    private = [f"{PRIVATE}-{BEN}", *WORDS[BEN], str(couple.actors[BEN].user_id)] if theirs else []
    everyone = [*private, PRIVATE, *WORDS[ADA], "The work at home", "I guess the evenings", "drink tea together"]
    strangers_own = [words for words in everyone if words not in WORDS[ADA]]  # the stranger is an Ada too
    bearer = {"Authorization": f"Bearer {token_for(couple.actors[ADA])}"}
    other = {"Authorization": f"Bearer {token_for(others.actors[ADA])}"}
    here = couple.session_id
    return [
        Persona("partner", bearer, [here], [*own, *own, *theirs, uuid4()], private),
        Persona("stranger", other, [here, others.session_id], [*own, *theirs], strangers_own),
        Persona("nobody", {}, [here], [*own, *theirs], everyone),
    ]


def in_order(operations):
    order = {"get": 0, "put": 1, "post": 2, "delete": 3}
    return sorted(operations, key=lambda one: (any(word in one.path for word in LAST), order[one.method.lower()]))


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_fails_and_nobody_learns_anything(server, stage):
    address, log = server
    people = personas(stage)
    document = schemathesis.openapi.from_url(f"{address}/api/v1/schema/")
    chosen, numbers, found, statuses = Random(7), count(), [], Counter()
    with requests.Session() as connection:
        for operation in in_order([one.ok() for one in document.get_all_operations()]):
            for mode in MODES:
                for trouble in sent(operation, mode, people, address, connection, chosen, numbers, statuses):
                    found.append(trouble)
    print(f"\n{stage}: {next(numbers)} requests, {dict(sorted(statuses.items()))}")
    assert found == []
    assert sum(statuses.values()) > 500
    written = log.read_text()
    assert PRIVATE not in written and "Traceback" not in written


def sent(operation, mode, people, address, connection, chosen, numbers, statuses) -> list[str]:
    found = []

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), **QUIET)
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        for person in people:
            aimed(case, person, chosen)
            response = case.call(base_url=address, session=connection, headers=person.headers)
            next(numbers)
            statuses[response.status_code] += 1
            try:
                case.validate_response(response, checks=CHECKS)
            except FailureGroup as trouble:
                found.append(
                    f"{person.name} {operation.method} {operation.path} {response.status_code}: {trouble.exceptions!r}"[
                        :600
                    ]
                )
            shown = readable(response)
            leaked = [word for word in person.forbidden if word in shown]
            if leaked:
                found.append(f"{person.name} {operation.method} {operation.path} shows {leaked}")

    try:
        send()
    except (schemathesis.errors.SchemathesisError, Unsatisfiable):
        pass  # nothing of this kind can be made for this operation
    return found


def readable(response) -> str:
    """Also what is in a file of files."""
    if response.content[:2] != b"PK":
        return response.content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        return "\n".join(file.read(name).decode(errors="replace") for name in file.namelist())


def aimed(case, person: Persona, chosen: Random) -> None:
    """At what is there: mostly real ids in the address, of this person's and of others'."""
    for name in case.path_parameters or {}:
        if name == "session_id":
            case.path_parameters[name] = str(chosen.choice(person.sessions))
        elif name.endswith("_id") and chosen.random() < 0.9:
            case.path_parameters[name] = str(chosen.choice(person.ids))
        elif name == "slot":
            case.path_parameters[name] = chosen.choice([1, 2, 3, 4])
        elif name == "key":
            case.path_parameters[name] = chosen.choice(["messages", "needs", "readings", "conversation", "boundaries"])
