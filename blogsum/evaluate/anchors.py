"""Where human-written summaries lie on each criterion's raw scale, by language (``models/criteria``).

Three raw values: the median of what is known to be bad, the 10th percentile of people's summaries and their median,
over 142 de and 393 en blog descriptions. A language without any gets the mean of the two.
"""

from __future__ import annotations

OTHER = "other"
ANCHORS: dict[str, dict[str, tuple[float, float, float]]] = {
    "coherence": {
        "de": (0.378, 0.481, 0.687),
        "en": (0.422, 0.533, 0.753),
        OTHER: (0.4, 0.507, 0.72),
    },
    "consistency": {
        "de": (0.106, 0.246, 0.473),
        "en": (0.165, 0.399, 0.627),
        OTHER: (0.136, 0.323, 0.55),
    },
    "fluency": {
        "de": (0.325, 0.528, 0.65),
        "en": (0.296, 0.606, 0.734),
        OTHER: (0.31, 0.567, 0.692),
    },
    "relevance": {
        "de": (0.154, 0.264, 0.453),
        "en": (0.154, 0.372, 0.56),
        OTHER: (0.154, 0.318, 0.507),
    },
}
