"""Settings. Everything that differs between a laptop and production comes from the environment (docs/operations.md)."""

import os
from pathlib import Path

from beheard.local.environment import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# Starts or finds the embedded PostgreSQL and Redis when DATABASE_URL and REDIS_URL are not set.
ENV = environment(BASE_DIR)

PRODUCTION = ENV.production
DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
MASTER_KEYS = ENV.master_keys  # list of 32-byte keys; the first wraps, all unwrap
LEDGER_KEYS = ENV.ledger_keys  # list of 32-byte keys; the first seals the consent ledger, all verify
LEDGER_CHECKPOINT_FOLDER = ENV.checkpoint_folder  # outside the database (docs/ledger.md)
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENV.csrf_trusted_origins
BASE_URL = ENV.base_url
REDIS_URL = ENV.redis_url

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_rls",
    "django_htmx",
    "csp",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "beheard.local",
    "beheard.rls",
    "beheard.crypto",
    "beheard.ai",
    "beheard.live",
    "beheard.people",
    "beheard.api",
    "consent",
    "vessels.private",
    "vessels.shared",
    "library",
    "stages",
    "beheard.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "beheard.web.turned_away.SignInFirstMiddleware",  # opting out is explicit: @login_not_required
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "beheard.web.middleware.NothingLeftBehindMiddleware",
    "beheard.web.middleware.NothingToReadMiddleware",
    "beheard.rls.middleware.ActorMiddleware",
]

ROOT_URLCONF = "beheard.urls"
ASGI_APPLICATION = "beheard.asgi.application"
WSGI_APPLICATION = "beheard.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "beheard.web.context.site",
            ],
        },
    }
]
FORM_RENDERER = "beheard.web.forms.FormRenderer"

DATABASES = ENV.databases  # "default" logs in as beheard_app, "owner" as beheard_owner (migrations only)
DATABASE_ROUTERS = []

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["beheard.people.auth.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SESSION_ENGINE = "beheard.people.sessions"
SESSION_COOKIE_NAME = "sid"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENV.https
CSRF_COOKIE_SECURE = ENV.https
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "beheard.web.turned_away.words_back"
SECURE_SSL_REDIRECT = ENV.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
SECURE_HSTS_SECONDS = 31536000 if ENV.https else 0
SECURE_REFERRER_POLICY = (
    "same-origin"  # with "no-referrer" browsers send "Origin: null", and every form post is refused
)
X_FRAME_OPTIONS = "DENY"

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = "strict"  # beginning is the same whether or not the address has an account
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # so addresses are not unique; `people.auth` knows whose is whose
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # the password has been changed
ACCOUNT_ADAPTER = "beheard.people.accounts.AccountAdapter"
ACCOUNT_FORMS = {"signup": "beheard.people.forms.SignupForm"}

EMAIL_BACKEND = ENV.email_backend
OUTBOX_FOLDER = ENV.data_folder and ENV.data_folder / "outbox"  # development only: beheard.web.mail
DEFAULT_FROM_EMAIL = ENV.from_email
EMAIL_HOST = ENV.email["host"]
EMAIL_PORT = ENV.email["port"]
EMAIL_HOST_USER = ENV.email["user"]
EMAIL_HOST_PASSWORD = ENV.email["password"]
EMAIL_USE_TLS = ENV.email["use_tls"]
EMAIL_USE_SSL = ENV.email["use_ssl"]
EMAIL_TIMEOUT = 20

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_keepalive": True,
    "socket_connect_timeout": 5,
    "socket_timeout": 30,  # a broker that has gone silent is noticed
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # tasks are idempotent: let them finish
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["beheard.api.access.SignedIn"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "beheard.api.problems.answer",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
API_LIMITS_TIMES = float(
    os.environ.get("API_LIMITS_TIMES", "1")
)  # how often each limit of beheard.api.throttles counts
SPECTACULAR_SETTINGS = {
    "TITLE": "BeHeard",
    "DESCRIPTION": "Everything a partner can do on the pages, by the same rules. See docs/api.md.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],  # choices stay where they are used
    "SERVE_INCLUDE_SCHEMA": False,
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "en-gb"
USE_I18N = True
TIME_ZONE = ENV.time_zone
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = ENV.static_root
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION  # a clone serves its files as they are; production collects them
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": ENV.staticfiles_backend},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORMAT_MODULE_PATH = []
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# A file a person keeps is never written to a disk unencrypted, so there is no temporary file for a larger one.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_500_000

# --- what the process itself needs -------------------------------------------------------------
GUIDE_PACE_SECONDS = float(os.environ.get("GUIDE_PACE_SECONDS", "0.02"))  # between pieces: words are read, not thrown
# --- the language model, if there is one (docs/guide.md). Naming the large model is what switches it on: a key alone that
# happens to lie in the environment sends nobody's words anywhere.
OPENAI_API_KEY = os.environ.get("OPENAI_API_KEY", "")
OPENAI_BASE_URL = os.environ.get("OPENAI_BASE_URL", "")  # empty: the hosted service
GUIDE_LARGE_MODEL = os.environ.get("GUIDE_LARGE_MODEL", "")  # the words a person reads
GUIDE_SMALL_MODEL = os.environ.get("GUIDE_SMALL_MODEL", "")  # mechanics; empty: the large one
GUIDE_EMBEDDING_MODEL = os.environ.get("GUIDE_EMBEDDING_MODEL", "")  # empty: vectors are made here, without a model
GUIDE_SILENCE_SECONDS = float(os.environ.get("GUIDE_SILENCE_SECONDS", "30"))  # without a first or a next word
GUIDE_CALL_SECONDS = float(os.environ.get("GUIDE_CALL_SECONDS", "90"))  # for a whole answer
GUIDE_RETRIES = int(os.environ.get("GUIDE_RETRIES", "2"))
GUIDE_TURN_TOKENS = int(os.environ.get("GUIDE_TURN_TOKENS", "24000"))  # all calls of one turn together
GUIDE_DAY_TOKENS = int(os.environ.get("GUIDE_DAY_TOKENS", "400000"))  # one person, one day; 0: no cap

REPLY_STREAM_SECONDS = 600  # how long the chunks of a reply stay in Redis
SHARING_COOLING_OFF_MINUTES = ENV.cooling_off_minutes
HOT_HANDS_HOURS = 12  # DESIGN §5: at 8 and above, sharing and signing cross this much later
INVITATION_DAYS = 7
EXIT_URL = os.environ.get("EXIT_URL", "")  # where the quick exit leads; empty: an ordinary weather page
VESSEL_REAUTH_MINUTES = 30  # the private vessel asks for the password again after this long
WAIT_DAYS = 14  # a step that waits for both goes back, unrevealed, after this long

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # An exception's message may carry what people wrote (beheard.web.logs).
    "formatters": {
        "plain": {"()": "beheard.web.logs.WithoutWords", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
    # Query parameters carry what people wrote; they never reach a log.
    # Nor do prompts and answers, which these write down when they are asked to debug.
    "loggers": {
        "django.db.backends": {"level": "INFO"},
        "openai": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
    },
}
# Our backend pushes the actor itself; the package must not touch connections (docs/decisions/0002).
DJANGO_RLS = {"RESET_CONTEXT_ON_CONNECT": False}
