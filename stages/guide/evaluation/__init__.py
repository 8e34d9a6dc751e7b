"""How good a guide is, measured at the `Guide` interface: no database, no network of its own.

`texts/` and `couples/` hold what people write, `labels/` what a reader finds in it. The labels were written from the texts,
before any guide had seen them, and no label is changed to please a guide. A third is held out: couples with `held_out = true`,
and the labelled sentences whose hash says so.
"""
