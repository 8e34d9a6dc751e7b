"""The house's plain words for needs, by family: the same whichever guide is at work."""

from stages.guide.builtin.needs import taxonomy

__all__ = ["taxonomy"]
