"""What can go wrong with sealed words. No message ever carries content, and none tells why a key is out of reach."""


class WordsUnavailable(Exception):
    """The key is destroyed, or the current actor may not see it. Which of the two is not said."""

    def __init__(self, message="These words cannot be opened here."):
        super().__init__(message)


class MasterKeyMissing(WordsUnavailable):
    """The data key was wrapped by a master key that MASTER_KEYS no longer lists."""

    def __init__(self):
        super().__init__("The master key that wrapped this vessel key is not in MASTER_KEYS.")


class WordsTampered(Exception):
    """Authentication failed: the ciphertext was changed, cut, or moved from where it was written."""

    def __init__(self, message="These words are not what was sealed here."):
        super().__init__(message)
