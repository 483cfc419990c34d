"""The labels of the dataset reports in English and German, and how each language writes a number."""

from __future__ import annotations

_LABELS: dict[str, tuple[str, str]] = {
    "survey": ("What is in {name}", "Was in {name} steckt"),
    "articles": ("articles", "Artikel"),
    "words": ("words", "Wörter"),
    "summaries": ("summaries by humans", "Zusammenfassungen von Menschen"),
    "summaries usable": ("usable summaries", "brauchbare Zusammenfassungen"),
    "about states": (
        "Has the article a summary that a human wrote and that says something?",
        "Hat der Artikel eine Zusammenfassung, die ein Mensch schrieb und die etwas sagt?",
    ),
    "usable": ("usable", "brauchbar"),
    "lead": ("only the lead", "nur der Anfang"),
    "cut off": ("cut off", "abgeschnitten"),
    "short": ("too short", "zu kurz"),
    "long": ("too long", "zu lang"),
    "machine": ("a machine's", "von einer Maschine"),
    "none": ("none", "keine"),
    "language": ("language", "Sprache"),
    "languages": ("languages", "Sprachen"),
    "author": ("author", "Autor/in"),
    "authors": ("authors", "Autorinnen und Autoren"),
    "unknown": ("not given", "nicht angegeben"),
    "others": ("{count} others", "{count} weitere"),
    "dates": ("dates", "Zeitraum"),
    "from to": ("{first} to {last}", "{first} bis {last}"),
    "undated": ("{count} without a date", "{count} ohne Datum"),
    "over time": ("articles over time", "Artikel im Lauf der Zeit"),
    "period": ("period", "Zeitraum"),
    "measure": ("measure", "Maß"),
    "mean": ("mean", "Mittel"),
    "least": ("least", "kleinster"),
    "median": ("median", "Median"),
    "most": ("most", "größter"),
    "article words": ("words of an article", "Wörter je Artikel"),
    "summary words": ("words of a summary", "Wörter je Zusammenfassung"),
    "lengths": ("lengths", "Längen"),
    "compression": ("compression", "Verdichtung"),
    "coverage": ("coverage", "Abdeckung"),
    "density": ("density", "Dichte"),
    "novelty 1": ("new words", "neue Wörter"),
    "novelty 2": ("new pairs of words", "neue Wortpaare"),
    "novelty 3": ("new triples of words", "neue Worttripel"),
    "lead share": ("overlap with the lead", "Anteil aus dem Anfang"),
    "measures": ("summaries against their articles", "Zusammenfassungen gegen ihre Artikel"),
    "lower": ("a quarter is below", "ein Viertel liegt unter"),
    "upper": ("a quarter is above", "ein Viertel liegt über"),
    "about article words": ("length of the articles", "Länge der Artikel"),
    "about summary words": ("length of the summaries", "Länge der Zusammenfassungen"),
    "about compression": (
        "words of the article for each word of the summary",
        "Wörter des Artikels je Wort der Zusammenfassung",
    ),
    "about coverage": (
        "share of the summary's words that stand in runs copied from the article",
        "Anteil der Wörter, die in aus dem Artikel kopierten Stücken stehen",
    ),
    "about density": (
        "mean length of the copied run that a word of the summary stands in",
        "mittlere Länge des kopierten Stücks, in dem ein Wort der Zusammenfassung steht",
    ),
    "about novelty 1": (
        "share of the summary's words that the article lacks",
        "Anteil der Wörter der Zusammenfassung, die der Artikel nicht hat",
    ),
    "about novelty 2": (
        "share of the summary's pairs of words that the article lacks",
        "Anteil der Wortpaare der Zusammenfassung, die der Artikel nicht hat",
    ),
    "about novelty 3": (
        "share of the summary's triples of words that the article lacks",
        "Anteil der Worttripel der Zusammenfassung, die der Artikel nicht hat",
    ),
    "about lead": (
        "share of the summary's pairs of words that the article opens with",
        "Anteil der Wortpaare der Zusammenfassung, mit denen der Artikel beginnt",
    ),
    "count": ("articles", "Artikel"),
    "range": ("from", "ab"),
    "and more": ("and more", "und mehr"),
    "duplicates": ("near-duplicates", "Beinahe-Dubletten"),
    "in groups": ("{count} articles, groups: {groups}", "{count} Artikel, Gruppen: {groups}"),
    "no duplicates": ("none", "keine"),
    "similarity": ("similarity", "Ähnlichkeit"),
    "topics": ("words that set a year apart", "Wörter, die ein Jahr auszeichnen"),
    "year": ("year", "Jahr"),
    "lacking": ("without a usable summary", "ohne brauchbare Zusammenfassung"),
    "why": ("summary", "Zusammenfassung"),
    "title": ("title", "Titel"),
    "more": ("… and {count} more; --json lists all", "… und {count} weitere; --json nennt alle"),
    "more on page": ("and {count} more", "und {count} weitere"),
    "empty": ("There are no articles.", "Es gibt keine Artikel."),
    "per year": ("per year", "je Jahr"),
    "per month": ("per month", "je Monat"),
    "table": ("The numbers", "Die Zahlen"),
    "quartiles": ("median (middle half)", "Median (mittlere Hälfte)"),
    "middle half": ("middle half and median", "mittlere Hälfte und Median"),
}
LANGUAGES = ("en", "de")


class Words:
    """The labels of one language; numbers as it writes them."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._place = LANGUAGES.index(lang)

    def __call__(self, label: str, **values: str) -> str:
        """The label, its placeholders filled."""
        return _LABELS[label][self._place].format(**values)

    def title(self, label: str) -> str:
        """The label as a heading: its first letter large."""
        text = self(label)
        return text[:1].upper() + text[1:]

    def number(self, value: float) -> str:
        """A whole number, or three significant digits: 3,415 · 38.6 · 0.105."""
        if value >= 100 or value == int(value):
            text = f"{value:,.0f}"
        else:
            text = f"{value:.1f}" if value >= 10 else f"{value:.2f}"
        return text if self.lang == "en" else text.translate(str.maketrans(",.", ".,"))

    def share(self, part: int, whole: int) -> str:
        """A share in per cent."""
        return f"{100 * part / whole:.0f} %" if whole else "–"
