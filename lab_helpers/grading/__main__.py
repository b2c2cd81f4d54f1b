"""Write the exercises into every page, and the names of their mistakes into a list."""

from lab_helpers.grading import catalogue, diagnoses, page

diagnoses.write()
for chapter in catalogue.chapters():
    changed = {page.path(chapter): page.write(chapter)}
    changed[page.chapter_path(chapter)] = page.fill(chapter)
    for file, is_new in changed.items():
        if is_new:
            print(f"{file} is new: `make notebooks ONLY={chapter}` runs it")
