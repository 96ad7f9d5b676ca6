"""The options of a select are written as Django's own templates write them."""

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html


class Choosing(forms.Form):
    one = forms.ChoiceField(
        choices=[
            ("", "Pilih"),
            ("a&b", "Kabupaten <Contoh> & \"kota\""),
            (2022, format_html("<b>{}</b>", "TA")),
            ("Pulau 'Jawa'", [(32, "Jawa Barat"), (33, "Jawa Tengah")]),
        ]
    )  # fmt: skip
    several = forms.MultipleChoiceField(choices=[("x", "X"), ("y", "Y"), ("z", "Z")])


def words(text: str) -> str:
    """Without the white space between tags."""
    return ">".join(part.strip() for part in "<".join(
        part.strip() for part in text.split("<")).split(">"))  # fmt: skip


def test_options_are_those_of_django():
    data = {"one": "33", "several": ["x", "z"]}
    ours, theirs = Choosing(data), Choosing(data, renderer=DjangoTemplates())
    for name, chosen in (("one", 1), ("several", 2)):
        assert words(str(ours[name])) == words(str(theirs[name]))
        assert str(ours[name]).count(" selected") == chosen
    assert 'value="a&amp;b"' in str(ours["one"])
    assert "&lt;Contoh&gt;" in str(ours["one"])
    assert "<b>TA</b>" in str(ours["one"])
