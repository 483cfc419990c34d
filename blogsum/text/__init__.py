"""Pure text: pages to articles, articles to sentences."""
