"""`python -m lab_helpers.exam` writes the page of the map, labs/exam/curriculum.md."""

from lab_helpers.exam import curriculum

if __name__ == "__main__":
    curriculum.PAGE.write_text(curriculum.page(), "utf-8")
    print(curriculum.PAGE)
