"""The faults and the false leads, each file its own: `TROUBLES` in each."""
