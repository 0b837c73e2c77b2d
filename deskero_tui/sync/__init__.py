"""The rules of working with a desk: what is read when, what is written how. No Textual."""
