"""``blogsum eval --judge``: which model stands in for which criterion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from blogsum.errors import USAGE, UserError

if TYPE_CHECKING:
    from blogsum.settings import Settings


def with_judges(metrics: Sequence[str], judges: Sequence[str], settings: Settings) -> tuple[str, ...]:
    """The metrics to score by, each loaded once to see that it can be; a judge stands where its criterion would."""
    from blogsum.evaluate import CRITERIA, loaded

    stand_in = stand_ins(judges, settings)
    names = tuple(dict.fromkeys(metrics)) or CRITERIA
    if unused := [one for one in stand_in if one not in names]:
        raise UserError(f"--judge: {unused[0]} is not among the metrics", hint=f"--metric {unused[0]}", code=USAGE)
    for name in (chosen := tuple(stand_in.get(name, name) for name in names)):
        loaded(name)
    return chosen


def stand_ins(judges: Sequence[str], settings: Settings) -> dict[str, str]:
    """What to load for each criterion that has a judge."""
    found: dict[str, str] = {}
    for asked in judges:
        criterion, folder = _found(asked, settings)
        if criterion in found:
            raise UserError(f"--judge {asked}: {criterion} has a judge already", code=USAGE)
        found[criterion] = f"{criterion}={folder}"
    return found


def _found(asked: str, settings: Settings) -> tuple[str, Path]:
    """The criterion and the folder that ``--judge`` means: a folder, or what is installed under a name."""
    from blogsum.evaluate import METRICS
    from blogsum.evaluate.recipe import CRITERIA, FILE, read
    from blogsum.store import shelf

    before, equals, after = asked.partition("=")
    criterion, name = (before, after) if equals and before in CRITERIA else ("", asked)
    if equals and before in METRICS and not criterion:
        message = f"--judge {asked}: a judge takes the place of {' or '.join(CRITERIA)}, not of {before}"
        raise UserError(message, code=USAGE)
    folder = next((one for one in (Path(name), settings.models / name) if (one / FILE).is_file()), None)
    if folder is not None:
        return criterion or read(folder).criterion, folder
    bundle = shelf.find(settings.models, name)
    if not criterion:
        hint = f"--judge consistency={name}, or a folder with {FILE}"
        raise UserError(f"--judge {asked}: says not which criterion it judges", hint=hint, code=USAGE)
    return criterion, bundle
