"""The built-in guide: rules and lexicons, deterministic, no model and no database (docs/guide.md)."""
