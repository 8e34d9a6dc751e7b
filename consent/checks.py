from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from consent.seals import ledger_keys


@checks.register(checks.Tags.security)
def ledger_keys_are_usable(app_configs, **kwargs):
    """Without a usable ledger key nothing could be decided: better not to start."""
    try:
        ledger_keys()
    except (AttributeError, TypeError, ImproperlyConfigured):
        return [checks.Error("LEDGER_KEYS must list at least one key, each of 32 bytes.", id="consent.E010")]
    return []
