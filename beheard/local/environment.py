"""What differs between a laptop and production, read from the environment in one place (table: docs/operations.md).

Without `DATABASE_URL` or `REDIS_URL` the embedded servers are found, or started. In production nothing is guessed:
what is missing or unsafe is listed in one `ImproperlyConfigured`, and the process does not start.
"""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from beheard.local.bootstrap import DATABASE
from beheard.local.folders import data_folder, read_or_make
from beheard.local.servers import Servers, servers

ENGINE = "beheard.rls.backend"
POOL = {"min_size": 1, "max_size": 8, "timeout": 10}
KEY_BYTES = 32


@dataclass(frozen=True)
class Environment:
    production: bool
    debug: bool
    secret_key: str = field(repr=False)
    master_keys: list[bytes] = field(repr=False)  # 32 bytes each; the first wraps, all unwrap
    ledger_keys: list[bytes] = field(repr=False)  # 32 bytes each; the first seals, all verify
    checkpoint_folder: Path  # where the heads of the consent ledger are kept outside the database
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    base_url: str
    https: bool
    databases: dict = field(repr=False)
    redis_url: str = field(repr=False)
    email_backend: str
    email: dict = field(repr=False)  # host, port, user, password, use_tls, use_ssl
    from_email: str
    time_zone: str
    static_root: Path
    staticfiles_backend: str
    cooling_off_minutes: int
    log_level: str
    data_folder: Path | None  # None in production: nothing is kept on the machine


def environment(base_dir: Path) -> Environment:
    """The environment of this process. Raises ImproperlyConfigured (a sentence for each fault) or GroundProblem."""
    production = _flag("BEHEARD_PRODUCTION")
    debug = _flag("DEBUG")
    if production:
        _refuse_unsafe_production(debug)
    folder = None if production else data_folder(base_dir)
    base_url = _base_url()
    databases, redis_url = _services(folder)
    return Environment(
        production=production,
        debug=debug,
        secret_key=os.environ.get("SECRET_KEY")
        or read_or_make(folder / "secret-key", lambda: secrets.token_urlsafe(48)),
        master_keys=parse_master_keys(
            os.environ.get("BEHEARD_MASTER_KEYS") or read_or_make(folder / "master-keys", _new_key)
        ),
        ledger_keys=parse_keys(
            os.environ.get("BEHEARD_LEDGER_KEYS") or read_or_make(folder / "ledger-keys", _new_key),
            "BEHEARD_LEDGER_KEYS",
        ),
        checkpoint_folder=Path(os.environ.get("LEDGER_CHECKPOINT_FOLDER") or folder / "ledger-checkpoints"),
        allowed_hosts=_list("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"],
        csrf_trusted_origins=_list("CSRF_TRUSTED_ORIGINS") or [base_url],
        base_url=base_url,
        https=base_url.startswith("https://"),
        databases=databases,
        redis_url=redis_url,
        email_backend=_email_backend(),
        email=_email(os.environ.get("EMAIL_URL", "")),
        from_email=os.environ.get("DEFAULT_FROM_EMAIL", "BeHeard <hello@localhost>"),
        time_zone=os.environ.get("TIME_ZONE", "Europe/London"),
        static_root=_static_root(base_dir, folder),
        staticfiles_backend=_staticfiles_backend(production),
        cooling_off_minutes=_number("SHARING_COOLING_OFF_MINUTES", 10),
        log_level=os.environ.get("LOG_LEVEL", "INFO").upper(),
        data_folder=folder,
    )


# --- production ------------------------------------------------------------------------------------------------

REQUIRED_IN_PRODUCTION = {
    "SECRET_KEY": "it signs sign-in cookies and links",
    "BEHEARD_MASTER_KEYS": "without it no vessel can be opened",
    "BEHEARD_LEDGER_KEYS": "they seal the history of consent, and the database must not have them",
    "LEDGER_CHECKPOINT_FOLDER": "where the ends of that history are kept outside the database",
    "DATABASE_URL": "the login role beheard_app on your PostgreSQL",
    "REDIS_URL": "the task queue and the streams",
    "ALLOWED_HOSTS": "the host names this site answers to",
    "BASE_URL": "the https address people see",
}


def _refuse_unsafe_production(debug: bool) -> None:
    faults = [f"{name} is missing ({why})" for name, why in REQUIRED_IN_PRODUCTION.items() if not os.environ.get(name)]
    if debug:
        faults.append("DEBUG is on (its error pages show what people wrote)")
    if 0 < len(os.environ.get("SECRET_KEY", "")) < 40:
        faults.append("SECRET_KEY is shorter than 40 characters")
    if os.environ.get("BASE_URL") and not os.environ["BASE_URL"].startswith("https://"):
        faults.append("BASE_URL does not begin with https:// (sign-in cookies would travel in the clear)")
    if "*" in _list("ALLOWED_HOSTS"):
        faults.append("ALLOWED_HOSTS allows every host")
    if faults:
        raise ImproperlyConfigured(f"BeHeard does not start in production: {'; '.join(faults)}.")


# --- keys --------------------------------------------------------------------------------------------------------


def parse_master_keys(text: str) -> list[bytes]:
    return parse_keys(text, "BEHEARD_MASTER_KEYS")


def parse_keys(text: str, name: str) -> list[bytes]:
    """Comma separated base64 (standard or URL-safe) of 32 bytes each. Raises ImproperlyConfigured, quoting no key."""
    keys = [_decoded(part) for part in (part.strip() for part in text.split(",")) if part]
    if not keys or any(key is None or len(key) != KEY_BYTES for key in keys):
        raise ImproperlyConfigured(f"{name} must be a comma separated list of {KEY_BYTES}-byte keys in base64.")
    return keys


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return None


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


# --- database and queue --------------------------------------------------------------------------------------------


def _services(folder: Path | None) -> tuple[dict, str]:
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if folder is None:
        return _databases_at(database_url), redis_url
    embedded = servers(folder)
    if os.environ.get("BEHEARD_START_SERVERS", "yes") != "no":
        embedded.start(postgres=not database_url, redis=not redis_url)
    databases = _databases_at(database_url) if database_url else _embedded_databases(embedded)
    return databases, redis_url or embedded.redis.url


def _databases_at(database_url: str) -> dict:
    databases = {"default": parse_database_url(database_url, "DATABASE_URL") | _pooled()}
    databases["default"]["OPTIONS"] |= {"pool": dict(POOL)}
    # Web and workers run without it: they must not know the owner's password.
    if owner_url := os.environ.get("MIGRATION_DATABASE_URL"):
        databases["owner"] = parse_database_url(owner_url, "MIGRATION_DATABASE_URL")
    return databases


def _embedded_databases(embedded: Servers) -> dict:
    place = {"ENGINE": ENGINE, "NAME": DATABASE, "HOST": str(embedded.postgres.socket_folder)}
    return {
        "default": place | {"USER": "beheard_app"} | _pooled() | {"OPTIONS": {"pool": dict(POOL)}},
        "owner": place | {"USER": "beheard_owner", "OPTIONS": {}},
    }


def _pooled() -> dict:
    return {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}


def parse_database_url(url: str, name: str) -> dict:
    """A Django database from `postgresql://user:password@host:port/database?option=value`. No error quotes the URL."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:5432/database.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


# --- the rest ------------------------------------------------------------------------------------------------------


def _base_url() -> str:
    return os.environ.get("BASE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}").rstrip("/")


def _email_backend() -> str:
    smtp = os.environ.get("EMAIL_URL") or os.environ.get("EMAIL_HOST")
    default = "django.core.mail.backends.smtp.EmailBackend" if smtp else "beheard.web.mail.DevelopmentBackend"
    return os.environ.get("EMAIL_BACKEND", default)


def _email(url: str) -> dict:
    """From `smtp://user:password@host:587?tls=1` (or `smtps://` for TLS from the first byte), or the usual EMAIL_*."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    ssl = parts.scheme == "smtps" or _flag("EMAIL_USE_SSL")
    tls = not ssl and (options.get("tls") in ("1", "true", "yes") or _flag("EMAIL_USE_TLS"))
    return {
        "host": parts.hostname or os.environ.get("EMAIL_HOST", "localhost"),
        "port": parts.port or _number("EMAIL_PORT", 465 if ssl else 587 if tls else 25),
        "user": unquote(parts.username or "") or os.environ.get("EMAIL_HOST_USER", ""),
        "password": unquote(parts.password or "") or os.environ.get("EMAIL_HOST_PASSWORD", ""),
        "use_tls": tls,
        "use_ssl": ssl,
    }


def _static_root(base_dir: Path, folder: Path | None) -> Path:
    if root := os.environ.get("STATIC_ROOT"):
        return Path(root)
    return folder / "static" if folder else base_dir / "staticfiles"


def _staticfiles_backend(production: bool) -> str:
    if production:
        return "whitenoise.storage.CompressedManifestStaticFilesStorage"
    return "django.contrib.staticfiles.storage.StaticFilesStorage"


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in ("1", "true", "yes", "on")


def _list(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def _number(name: str, default: int) -> int:
    try:
        return int(os.environ.get(name) or default)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from None
