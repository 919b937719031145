"""An import contract that lists what a room may import, rather than what it may not.

A list of forbidden modules misses the one that nobody thought of; statistics stay
pure only if everything they import was allowed on purpose.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """Modules in `room` import nothing but themselves and `allowed` (directly)."""

    type_name = "only"
    room = fields.StringField()
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every direct import of the room against the list, submodules included."""
        room, allowed = str(self.room), {str(name) for name in self.allowed}
        modules = {room, *graph.find_descendants(room)}
        wrong = sorted(
            (module, imported)
            for module in modules
            for imported in graph.find_modules_directly_imported_by(module)
            if not any(_inside(imported, name) for name in {*allowed, room})
        )
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import that is not on the list."""
        wrong: list[tuple[str, str]] = check.metadata["wrong"]
        for module, imported in wrong:
            output.print_error(f"{module} imports {imported}, not on its list.")


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
