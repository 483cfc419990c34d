"""Judgement of summaries: scores that compare one with what people wrote. Knows nothing about how summaries are made."""
