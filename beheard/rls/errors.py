"""What can go wrong on the ground floor. Messages never carry content."""


class NoActor(RuntimeError):
    """Something needed an actor and there was none."""


class OutsideTransaction(RuntimeError):
    """An actor queried outside a transaction, where the database could not know who is asking."""


class NotYours(LookupError):
    """Not visible to this actor, or not there: the two are told to nobody apart. A page answers 404."""


class NotNow(ValueError):
    """The state of things does not allow this now. The message is for the person, translated, without anyone's words."""
