"""The use cases: one file each, one public async function of the same name.

Each locks, decides, writes and records in one transaction, and does nothing else in it. What
several share stands in `find_job`, `end_search`, `evidence` and `keys`.
"""
