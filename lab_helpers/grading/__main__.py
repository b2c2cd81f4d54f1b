"""Write the page of every lab from its exercises: `python -m lab_helpers.grading`."""

from lab_helpers.grading import catalogue, page

for chapter in catalogue.chapters():
    if page.write(chapter):
        print(f"{page.path(chapter)} is new: `make notebooks ONLY={chapter}` runs it")
