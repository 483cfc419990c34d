"""Judgement of summaries: scores against what people wrote. Knows nothing about how summaries are made."""
