"""Write the JSON of every dashboard beside its Python."""

from lab_helpers.dashboards.files import write

write()
