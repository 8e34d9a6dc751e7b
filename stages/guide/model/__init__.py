"""A guide with a language model behind it (DESIGN §7). Large model: words a person reads; small model: mechanics."""
