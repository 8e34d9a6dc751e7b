"""Settings of the test run: its own data folder, its own servers, a Redis database for each worker."""

import os
from pathlib import Path

from beheard.local.folders import data_folder

if not os.environ.get("BEHEARD_TESTING"):
    # Inherited by the workers and by every process a test starts, which then land on the test servers.
    os.environ["BEHEARD_DATA"] = str(data_folder(Path(__file__).resolve().parent.parent) / "test")
    os.environ["BEHEARD_TESTING"] = "yes"
    os.environ["SHARING_COOLING_OFF_MINUTES"] = "0"  # tests of the cooling-off say so themselves
    for name in (
        "DATABASE_URL",
        "MIGRATION_DATABASE_URL",
        "REDIS_URL",
        "BEHEARD_PRODUCTION",
        "DEBUG",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "GUIDE_LARGE_MODEL",
        "GUIDE_SMALL_MODEL",
        "GUIDE_EMBEDDING_MODEL",
    ):
        os.environ.pop(name, None)

from beheard.settings import *  # noqa: F403
from beheard.settings import ENV
from tests.redis_database import claim_redis_database

REDIS_URL = claim_redis_database(ENV.redis_url, ENV.data_folder)
CELERY_BROKER_URL = REDIS_URL
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "cache"}
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
