"""A database of the size DESIGN §10 was measured on: people, vessels, events, messages, embeddings, keys.

Written as superuser past triggers and foreign keys. Words are random bytes as long as sealed ones: good for figures in
SQL, nothing a page could open. Everything follows from a row's number, so each run has the same rows. A vessel's rows lie
scattered over the table, as they do when many people write at once.
"""

import os
import time
from dataclasses import dataclass

import numpy as np

# DESIGN §10 at scale 1.
USERS, SESSIONS, EVENTS, MESSAGES, EMBEDDED = 20_000, 15_000, 1_200_000, 300_000, 100_000
DIMENSIONS, TOPICS = 1536, 40
FULL_VESSEL = 1_000  # embedded events in the vessel that similarity is measured in
BEGAN = "timestamptz '2026-01-01'"

IDS = """
CREATE FUNCTION pg_temp.uid(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (lpad(to_hex(n), 12, '0') || substr(md5(kind || n), 13))::uuid $$;
CREATE FUNCTION pg_temp.sealed(n bigint, size int) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT substr(sha512(n::text::bytea) || sha512((n + 1)::text::bytea) || sha512((n + 2)::text::bytea), 1, size) $$;
"""

# Vessel v is session v/2's, of the person in seat v%2. The second half of the sessions are second ones of the same couples.
VESSELS = """
CREATE TEMP TABLE v AS
SELECT n, pg_temp.uid('v', n) AS id, pg_temp.uid('s', n / 2) AS session_id,
       pg_temp.uid('u', (n / 2) % ({users} / 2) * 2 + n % 2) AS owner_id FROM generate_series(0, {sessions} * 2 - 1) n;
CREATE UNIQUE INDEX ON v (n);
ANALYZE v;
"""

TABLES = {
    "people_user": """(id, password, is_superuser, email, name, country, sign_in_stamp, is_active, is_staff, created_at,
            updated_at)
        SELECT pg_temp.uid('u', n), '!', false, 'u' || n || '@example.org', 'Ada', '', '', true, false, {began}, {began}
        FROM generate_series(0, {users} - 1) n""",
    "people_relationship": """(id, created_at, updated_at)
        SELECT pg_temp.uid('r', n), {began}, {began} FROM generate_series(0, {users} / 2 - 1) n""",
    "people_relationshipmember": """(id, relationship_id, user_id, seat, display_name, role, joined_at)
        SELECT pg_temp.uid('m', n), pg_temp.uid('r', n / 2), pg_temp.uid('u', n), (ARRAY['A', 'B'])[n % 2 + 1], 'Ada',
               'member', {began} FROM generate_series(0, {users} - 1) n""",
    "people_session": """(id, relationship_id, status, shared_vessel_id, created_at, updated_at)
        SELECT pg_temp.uid('s', n), pg_temp.uid('r', n % ({users} / 2)), 'ACTIVE', pg_temp.uid('w', n), {began}, {began}
        FROM generate_series(0, {sessions} - 1) n""",
    "private_uservessel": """(id, owner_id, session_id, created_at, updated_at)
        SELECT id, owner_id, session_id, {began}, {began} FROM v""",
    "crypto_vesselkey": """(id, kind, vessel_id, owner_id, session_id, wrapped, master_key_id)
        SELECT pg_temp.uid('k', n), 'PRIVATE', id, owner_id, session_id, pg_temp.sealed(n, 76), '0' FROM v""",
    "stages_stageprogress": """(id, owner_id, session_id, vessel_id, stage, status, started_at, gates_satisfied,
            content_version, is_synthesis_dirty, synthesis_version)
        SELECT pg_temp.uid('p', n * 2 + stage), owner_id, session_id, id, stage, 'IN_PROGRESS', {began},
               pg_temp.sealed(n, 60), 1, false, 1 FROM v CROSS JOIN generate_series(0, 1) stage""",
    "stages_step": """(id, owner_id, session_id, vessel_id, stage, kind, taken_at, counts_from)
        SELECT pg_temp.uid('t', n), owner_id, session_id, id, 1, 'HEARD', {began}, {began} FROM v""",
    "stages_meeting": """(id, session_id, kind, met_at)
        SELECT pg_temp.uid('g', n), pg_temp.uid('s', n), 'COMPACT', {began}
        FROM generate_series(0, {sessions} - 1) n""",
    "private_userevent": """(id, owner_id, session_id, vessel_id, description, attributed_to, emotions, stage, timestamp)
        SELECT pg_temp.uid('e', e), owner_id, session_id, id, pg_temp.sealed(e, 180), 'SELF', pg_temp.sealed(e, 70), 1,
               {began} + e * interval '1 second'
        FROM generate_series(0, {events} - 1) e JOIN v ON v.n = e % ({sessions} * 2)""",
    "stages_message": """(id, owner_id, session_id, vessel_id, sender_id, role, content, stage, timestamp, extracted_needs,
            extracted_emotions, drawn_from)
        SELECT pg_temp.uid('x', x), owner_id, session_id, id, owner_id, 'USER', pg_temp.sealed(x, 190), 1,
               {began} + x * interval '3 seconds', pg_temp.sealed(x, 47), pg_temp.sealed(x, 47), '{{}}'
        FROM generate_series(0, {messages} - 1) x JOIN v ON v.n = x % ({sessions} * 2)""",
}


@dataclass(frozen=True)
class Size:
    users: int
    sessions: int
    events: int
    messages: int
    embedded: int
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"Seeded: {self.users:,} people, {self.sessions * 2:,} vessels, {self.events:,} events, {self.messages:,} messages, "
            f"{self.embedded:,} embedded (scale {scale():g}, {self.seconds:.0f} s)"
        )


def scale() -> float:
    """1 is DESIGN's size; BENCH_SCALE changes it."""
    return float(os.environ.get("BENCH_SCALE", "1"))


def seed(connection) -> Size:
    """Fills the database behind this superuser's connection."""
    began = time.monotonic()
    size = {
        name.lower(): int(globals()[name] * scale()) // 4 * 4 for name in ("USERS", "SESSIONS", "EVENTS", "MESSAGES")
    }
    size["embedded"] = int(EMBEDDED * scale())
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica; SET LOCAL maintenance_work_mem = '256MB'")
        connection.execute("SET LOCAL synchronous_commit = off; SET LOCAL max_parallel_workers_per_gather = 0")
        connection.execute(IDS + VESSELS.format(**size))
        for table, rows in TABLES.items():
            connection.execute(f"INSERT INTO {table} {rows.format(began=BEGAN, **size)}")
        _embed(connection, size["embedded"])
    connection.execute("VACUUM ANALYZE")
    return Size(**size, seconds=time.monotonic() - began)


def _embed(connection, rows: int) -> None:
    """The full vessel (number 0) first, then the earliest events of the others. What people say is near one of a few topics."""
    events = connection.execute(
        """(SELECT e.id, e.owner_id, e.session_id, e.vessel_id FROM private_userevent e JOIN v ON v.id = e.vessel_id
            WHERE v.n <> 0 ORDER BY e.id LIMIT %s)""",
        [max(rows - FULL_VESSEL, 0)],
    ).fetchall()
    full = connection.execute(
        "SELECT pg_temp.uid('f', e), owner_id, session_id, id FROM v CROSS JOIN generate_series(1, %s) e WHERE n = 0",
        [FULL_VESSEL],
    ).fetchall()
    every = len(events) // FULL_VESSEL + 1
    mixed = [row for index, row in enumerate(full) for row in (row, *events[index * every : (index + 1) * every])]
    chance = np.random.default_rng(10)
    topics = chance.standard_normal((TOPICS, DIMENSIONS), dtype=np.float32)
    columns = "(id, owner_id, session_id, vessel_id, made_by, embedding)"
    with connection.cursor().copy(f"COPY private_eventembedding {columns} FROM STDIN WITH (FORMAT BINARY)") as copy:
        copy.set_types(["uuid", "uuid", "uuid", "uuid", "text", "bytea"])  # a halfvec's own binary form, given as bytes
        for row in mixed:
            copy.write_row((*row, "local", halfvec(near(topics, chance))))


def near(topics: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """A unit vector near one of the topics: cosine about 0.7 to others of it."""
    vector = topics[chance.integers(len(topics))] + 0.65 * chance.standard_normal(DIMENSIONS, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def halfvec(vector: np.ndarray) -> bytes:
    """pgvector's wire format: dimensions, an unused field, then half floats, all big-endian."""
    return np.array([len(vector), 0], dtype=">u2").tobytes() + vector.astype(">f2").tobytes()
