"""Reports: strings, never printed here."""
