"""Makes migrations with hundreds of policies quick.

After each added constraint Django builds the model's class and all classes related to it anew: with a policy for each
table and role, that is four fifths of the time of a first `migrate`. A constraint changes no relation: telling the
class is enough.
"""

from contextlib import contextmanager

from django.db.migrations.state import ProjectState


@contextmanager
def constraints_without_rebuilding():
    """Inside, adding a constraint or an index to the state of the migrations rebuilds no classes."""
    original = ProjectState._append_option

    def append_option(state, app_label, model_name, option_name, item):
        if option_name not in ("constraints", "indexes"):
            return original(state, app_label, model_name, option_name, item)
        model_state = state.models[app_label, model_name]
        model_state.options[option_name] = [*model_state.options[option_name], item]
        if "apps" in state.__dict__:
            options = state.apps.get_model(app_label, model_name)._meta
            setattr(options, option_name, [*model_state.options[option_name]])
        return None

    ProjectState._append_option = append_option
    try:
        yield
    finally:
        ProjectState._append_option = original
