"""Trained ears beside the rules: small linear classifiers for danger, judgments of the other, and families of needs.

They hear words that no rule names, because they were shown some thousand sentences written for this project (`corpus/`).
What they know is in `weights.npz`, made by `manage.py train_ears` from the corpus and nothing else; docs/guide.md says how
to add a sentence.
"""
