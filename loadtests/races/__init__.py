"""Races for the same jobs, in a real database: does everybody hear what happened, and only once?

A `scene` is one offer with its jobs, and the attempts on them that are let go at the same moment:
drawn from a seed. `stage` writes the rows of a round's scenes, `race` lets the attempts go, each on
a connection of its own, `attempts` carries each out with the service's own actions. After every
round `judge` reads the rows: `rules/` says in SQL what must hold of them whatever happened,
`answers` compares them with what each attempt was told.

Which attempts meet is the seed's; who wins is the database's, and differs from run to run.
"""
