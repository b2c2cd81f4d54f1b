"""Write the JSON of every dashboard beside its Python."""

from .files import write

write()
