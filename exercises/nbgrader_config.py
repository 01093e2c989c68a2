"""Settings of an nbgrader course: copy this file into the folder of your course.

exercises/README.md says how to hand out, collect and grade.
"""

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions

from rememberer_lite.checks.build import id_of, stub


class Stubs(ClearSolutions):
    """The course's own stubs: what you hand out is what stands in `exercises/`."""

    def preprocess_cell(self, cell, resources, index):
        """Replace what stands between the marks."""
        if self.begin_solution_delimeter in cell.source:
            cell.source = stub(cell.source, id_of(cell.metadata.nbgrader.grade_id))
        return cell, resources


c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "rememberer-lite"
c.GenerateAssignment.preprocessors = [
    Stubs if step is ClearSolutions else step
    for step in GenerateAssignment.preprocessors.default_args[0]
]
# A cell that runs longer is stopped, and the notebook goes on with the next one.
c.Execute.timeout = 60
# Names of those who hand something in need not be listed first.
c.Autograde.create_student = True
