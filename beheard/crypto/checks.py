from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from beheard.crypto.envelope import master_keys


@checks.register(checks.Tags.security)
def master_keys_are_usable(app_configs, **kwargs):
    """Without a usable master key nothing could be written: better not to start."""
    try:
        master_keys()
    except (AttributeError, TypeError, ImproperlyConfigured):
        return [checks.Error("MASTER_KEYS must list at least one key, each of 32 bytes.", id="crypto.E010")]
    return []
