"""Where human-written summaries lie on each criterion's raw scale, by language (``benchmarks/anchors.py``).

Three raw values: the median of what is known to be bad, the 10th percentile of people's summaries and their median,
over 142 de and 393 en blog descriptions. A language without any gets the mean of the two.
"""

from __future__ import annotations

OTHER = "other"
ANCHORS: dict[str, dict[str, tuple[float, float, float]]] = {
    "coherence": {
        "de": (0.411, 0.5, 0.677),
        "en": (0.46, 0.554, 0.742),
        OTHER: (0.435, 0.527, 0.71),
    },
    "consistency": {
        "de": (0.106, 0.246, 0.473),
        "en": (0.165, 0.399, 0.627),
        OTHER: (0.136, 0.323, 0.55),
    },
    "fluency": {
        "de": (0.405, 0.569, 0.667),
        "en": (0.376, 0.633, 0.74),
        OTHER: (0.391, 0.601, 0.704),
    },
    "relevance": {
        "de": (0.154, 0.264, 0.453),
        "en": (0.154, 0.372, 0.56),
        OTHER: (0.154, 0.318, 0.507),
    },
}
