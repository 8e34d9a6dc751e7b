"""Ground floor for language models: interfaces, and an embedder that needs no model (DESIGN §2, §7)."""
