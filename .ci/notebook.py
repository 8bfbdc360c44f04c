"""Execute the quick start and compare, or rewrite, its outputs; called by .ci/notebook."""
import difflib
import os
import re
import sys
import tempfile
import unittest

import nbclient
import nbformat

NOTEBOOK = "notebooks/quickstart.ipynb"


def run(out):
    """Return the notebook, executed from scratch on the tables in out."""
    book = nbformat.read(NOTEBOOK, as_version=4)
    os.environ["DATELINE_TABLES"] = os.path.abspath(out)
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a warning about frozen modules
    with tempfile.TemporaryDirectory() as scratch:  # what Jupyter and matplotlib leave behind
        os.environ["IPYTHONDIR"] = os.environ["MPLCONFIGDIR"] = scratch
        nbclient.NotebookClient(book, timeout=300, kernel_name="python3", record_timing=False,
                                resources={"metadata": {"path": os.path.dirname(NOTEBOOK)}}).execute()
    return tidy(book)


def tidy(book):
    """Drop what depends on the machine: the kernel's version and path, cells' times."""
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}}
    for cell in book.cells:
        cell.metadata = {}
    return book


def texts(book):
    """Return the outputs as lines. Pictures, HTML and the amount of white space are left out: they change with versions."""
    lines = []
    for i, cell in enumerate(book.cells):
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            if "image/png" in output.get("data", {}):
                text = "<picture>"
            for line in text.splitlines():
                if line := re.sub(r"\s+", " ", line).strip():
                    lines.append(f"cell {i}: {line}")
    return lines


def main(args):
    update = args[:1] == ["--update"]
    if len(args) != 1 + update or not os.path.isdir(args[-1]):
        print("usage: .ci/notebook [--update] OUT", file=sys.stderr)
        return 2
    sys.path.insert(0, "notebooks")
    tests = unittest.defaultTestLoader.discover("notebooks", pattern="test_*.py")
    if not unittest.TextTestRunner(verbosity=0).run(tests).wasSuccessful():
        return 1
    try:
        book = run(args[-1])
    except nbclient.exceptions.CellExecutionError as e:
        print(e, file=sys.stderr)
        return 1
    if update:
        nbformat.write(book, NOTEBOOK)
        return 0
    diff = list(difflib.unified_diff(texts(nbformat.read(NOTEBOOK, as_version=4)), texts(book), "committed", "executed", lineterm="", n=1))
    if diff:
        print("\n".join(diff), f"\nthe outputs of {NOTEBOOK} are not the committed ones; after reading the difference: .ci/notebook --update OUT", file=sys.stderr)
        return 1
    print(f"{NOTEBOOK}: {len(texts(book))} lines of output as committed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
