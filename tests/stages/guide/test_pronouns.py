import pytest

from stages.guide.builtin.pronouns import addresses_partner, turn

TURNED = [
    ("she never listens to me", "she never listens to you"),
    ("I am tired", "you are tired"),
    ("I'm tired", "you're tired"),
    ("I was alone", "you were alone"),
    ("I wasn't there", "you weren't there"),
    ("I've had enough", "you've had enough"),
    ("I'd like to go", "you'd like to go"),
    ("I'll wait", "you'll wait"),
    ("my husband left", "your husband left"),
    ("it was mine", "it was yours"),
    ("I blame myself", "you blame yourself"),
    ("If she'd asked me I would have said yes", "If she'd asked you, you would have said yes"),
    ("he told me I was lazy", "he told you you were lazy"),
    ("I know I am late", "you know you are late"),
    ("I was always the quiet one", "you were always the quiet one"),
    ("he was tired and I was tired too", "he was tired and you were tired too"),
    ("he left and I was sad", "he left and you were sad"),
    ("am I too much", "are you too much"),
    ("was I wrong", "were you wrong"),
    ("what I was doing was hers", "what you were doing was hers"),
    ("she was late", "she was late"),
    ("it was me who called", "it was you who called"),
    ("we argue", "the two of you argue"),
    ("we argue and we shout", "the two of you argue and you shout"),
    ("we were happy", "the two of you were happy"),
    ("we're tired", "the two of you are tired"),
    ("we've stopped talking", "the two of you have stopped talking"),
    ("both of us were tired", "both of you were tired"),
    ("one of us left", "one of you left"),
    ("we both cried", "you both cried"),
    ("he looked at us", "he looked at the two of you"),
    ("our house", "your house"),
    ("it is ours", "it is yours"),
    ("we ask ourselves", "the two of you ask yourselves"),
    ("my mum and I were close", "you and your mum were close"),
    ("My wife and I hardly speak", "you and your wife hardly speak"),
    ("me and my sister", "you and your sister"),
    ("he gave it to me and my sister", "he gave it to you and your sister"),
    ('he said "I love you" to me', 'he said "I love you" to you'),
    ("he said “my fault” to me", "he said “my fault” to you"),
    ("she wants me to be like my mother", "she wants you to be like your mother"),
    ("I used to laugh", "you used to laugh"),
    ("nobody asks me how I am", "nobody asks you how you are"),
    ("I don't think I'm asking too much", "you don't think you're asking too much"),
    ("I, of course, said nothing", "you, of course, said nothing"),
    ("the US is far away", "the US is far away"),
    ("my name is Amy and I am Iris", "your name is Amy and you are Iris"),
    ("their kids came, hers and mine", "their kids came, hers and yours"),
    ("I'm not angry, I was", "you're not angry, you were"),
]


@pytest.mark.parametrize(("words", "turned"), TURNED)
def test_the_speakers_pronouns_turn_and_nobody_elses(words, turned):
    assert turn(words).lower() == turned.lower()


@pytest.mark.parametrize(
    ("words", "turned"),
    [
        ("you never listen to me", "they never listen to you"),
        ("your phone is always there", "their phone is always there"),
        ("I told you so", "you told them so"),
        ("you're never home", "they're never home"),
        ("I made this for you", "you made this for them"),
        ("you only think of yourself", "they only think of themselves"),
    ],
)
def test_words_written_to_the_partner_speak_of_them(words, turned):
    assert turn(words, to_partner=True) == turned


@pytest.mark.parametrize(
    ("words", "to_partner"),
    [
        ("You never listen to me", True),
        ("You always leave me alone with it", True),
        ("He never listens, you know", False),
        ("Are you a robot", False),
        ("I feel alone", False),
        ("Thank you", False),
    ],
)
def test_it_is_noticed_when_the_partner_is_spoken_to(words, to_partner):
    assert addresses_partner(words) is to_partner
