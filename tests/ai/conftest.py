from tests.model_fixtures import configured, server  # noqa: F401
