"""Django's settings for one workspace, named by `BOLOCI_WORKSPACE`.

The hub's own records are in `hub.sqlite3` of the workspace, or in the database that
`BOLOCI_DATABASE_URL` names. What an administrator may change is in `boloci.toml` and
`secrets.toml`; nothing here is to be edited for one installation.
"""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from boloci.hub import databases
from boloci.workspace import key, open_workspace

WORKSPACE = open_workspace()
HERE = Path(__file__).parent
LOCAL = os.environ.get("BOLOCI_HOST", "127.0.0.1") in ("127.0.0.1", "localhost", "::1")
"""Whether only this machine is served."""

SECRET_KEY = key(WORKSPACE.root, "hub")
DEBUG = False
ALLOWED_HOSTS = ["*"]
"""Pages hold no absolute address and no mail is sent: a forged host gains nothing."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "boloci.hub.people",
    "boloci.hub.places",
    "boloci.hub.imports",
    "boloci.hub.grid",
    "boloci.hub.corrections",
    "boloci.hub.inbox",
    "boloci.hub.sites",
    "boloci.hub.improvement",
    "boloci.hub.figures",
]
MIDDLEWARE = [
    "boloci.hub.steady.middleware",
    "boloci.hub.trouble.middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "boloci.hub.language.middleware",
    "boloci.hub.people.entrance.middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "boloci.hub.trouble.not_allowed",
]
ROOT_URLCONF = "boloci.hub.urls"
WSGI_APPLICATION = "boloci.hub.wsgi.application"
APPEND_SLASH = False
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "environment": "boloci.hub.templating.environment",
            "context_processors": ["boloci.hub.shell.shell"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"]
        },
    },
]

DATABASES = {"default": databases.of(WORKSPACE.root)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "boloci.hub.people.accounts.Closed"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_RATE_LIMITS = False
"""Axes counts failures; allauth's own limits need a cache that all workers share."""
ACCOUNT_SESSION_REMEMBER = False
"""Closing the browser signs out: office computers and telephones are shared."""
MFA_ADAPTER = "boloci.hub.people.accounts.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "boloci"
MFA_FORMS = {
    "authenticate": "boloci.hub.people.lockout.CodeForm",
    "reauthenticate": "boloci.hub.people.lockout.CodeAgainForm",
}
CSRF_FAILURE_VIEW = "boloci.hub.people.signing_in.stale_form"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "boloci.hub.people.lockout.username"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
"""The quarter of an hour is told to the reader: further tries do not lengthen it."""
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "people/locked.html"
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
"""An account is locked whatever address tries it: that cannot be got round."""
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False

SESSION_COOKIE_AGE = 8 * 60 * 60
"""A working day; a page left open in a district office signs out over night."""
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
"""An office network has no certificate; `serve --https` behind a proxy sets both."""
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

USE_I18N = True
USE_TZ = True
TIME_ZONE = WORKSPACE.time_zone
LANGUAGES = [("fr", "français"), ("en", "English")]
LANGUAGE_CODE = WORKSPACE.languages[0] if WORKSPACE.languages else "fr"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 365 * 24 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "boloci.hub.logs.Lines"}},
    "handlers": {
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": WORKSPACE.logs / "hub.jsonl",
            "maxBytes": 5_000_000,
            "backupCount": 5,
            "delay": True,
            "formatter": "lines",
        }
    },
    "root": {"handlers": ["file"], "level": "WARNING"},
    "loggers": {"django.server": {"handlers": ["file"], "propagate": False}},
}
