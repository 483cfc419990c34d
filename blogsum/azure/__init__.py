"""The same training on an Azure GPU: a run as files that a person reads before anything is sent; knows no Azure SDK."""
