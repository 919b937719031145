from boloci.locale.__main__ import files, spoken_messages, translated, untranslated


def test_every_message_of_the_command_line_has_a_french_text():
    assert untranslated(translated("fr")) == []


def test_the_committed_translations_are_those_of_the_code():
    stale = [
        path.name
        for path, content in files().items()
        if not path.exists() or path.read_bytes() != content
    ]
    assert stale == [], "run: python -m boloci.locale --write"


ENGLISH = {"number_type"}
"""Placeholders that click fills with English words: French leaves them out."""


def test_a_translation_keeps_the_placeholders_of_its_message():
    import string

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    wrong = []
    for message in translated("fr"):
        one = message.id if isinstance(message.id, str) else message.id[1]
        last = message.string if isinstance(message.id, str) else message.string[1]
        if one and "%(" not in one and names(one) - ENGLISH != names(last):
            wrong.append((one, last))
    assert wrong == []


def test_no_text_says_itself_twice():
    twice = []
    for message in translated("fr"):
        text = message.string if isinstance(message.string, str) else ""
        half = len(text) // 2
        if half > 10 and text[:half] == text[half:]:
            twice.append(text[:half])
    assert twice == []


def test_clicks_own_messages_are_spoken_too():
    assert "Missing command." in spoken_messages()
