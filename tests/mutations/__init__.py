"""Replace every field of every answer of a server or forge in turn, and check that the run still ends well."""
