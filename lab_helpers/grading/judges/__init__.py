"""The judges: each tries an answer out and says what is wrong with it."""
