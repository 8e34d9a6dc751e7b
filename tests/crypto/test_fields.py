from tests.crypto.models import Letter


def test_words_come_back(ana):
    letter = ana.writes("hello")
    with ana.acting():
        assert Letter.objects.get(pk=letter.pk).text == "hello"
