"""Letters in an establishment's own words: kept by letter and language, tried out and taken back."""
