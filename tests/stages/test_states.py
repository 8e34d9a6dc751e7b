from django.conf import settings

from stages.states import page


def test_the_drawn_states_are_those_of_the_tables():
    """Otherwise: manage.py draw_states"""
    assert (settings.BASE_DIR / "docs" / "states.md").read_text() == page()
