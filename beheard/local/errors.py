"""What can go wrong on the ground, said in sentences a person can act on."""


class GroundProblem(RuntimeError):
    """Something outside the code stands in the way. The message is a plain sentence and needs no stack trace."""
