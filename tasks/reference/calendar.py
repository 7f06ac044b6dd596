"""The names of the months as pages, datelines and records write them."""

from __future__ import annotations

# English, German, French and Spanish, long and short forms, without dots.
_MONTH_NAMES: tuple[str, ...] = (
    "january jan januar jänner janvier janv enero ene",
    "february feb februar février fevrier févr fevr fév febrero",
    "march mar märz maerz mrz mär mars marzo",
    "april apr avril avr abril abr",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet juil julio",
    "august aug août aout agosto ago",
    "september sep sept septembre septiembre setiembre",
    "october oct oktober okt octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember dez décembre decembre déc diciembre dic",
)
MONTHS: dict[str, int] = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
MONTH_PATTERN = "|".join(sorted(MONTHS, key=lambda name: (-len(name), name)))
