"""What can go wrong with a language model. None of these carries a word of a prompt or of an answer."""


class ModelTrouble(Exception):
    """Something is wrong with the model or its answer."""


class ModelAway(ModelTrouble):
    """It can't be reached, is too slow, broke off or is overloaded. `wait` in seconds, when the server said so."""

    def __init__(self, why: str = "", *, wait: float | None = None):
        super().__init__(why)
        self.wait = wait


class BrokeOff(ModelAway):
    """An answer that had begun did not end. Asked again, it may."""


class ModelMisconfigured(ModelAway):
    """The endpoint refuses what it is asked: a wrong key, no such model, no such part of the API."""


class ModelRefused(ModelTrouble):
    """The model would not answer."""


class UnusableAnswer(ModelTrouble, ValueError):
    """The model answered with something that does not fit the form."""


class BudgetSpent(ModelTrouble):
    """This turn, or this person's day, has used its tokens."""


class DaySpent(BudgetSpent):
    """This person's day has used its tokens."""
