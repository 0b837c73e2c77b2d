"""Measures the console beside programs that agents know, in real terminals; run as `make bench`.

A package of its own beside `tests`: it starts programs that the project does not ship, and is no
part of `make test`. What the product promises is in `budgets`, how each program is started in
`programs`, what is done with it in `measures`.
"""
