"""Run the README's snippets; called by .ci/snippets."""
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.getcwd()
sys.path.insert(0, os.path.join(ROOT, "notebooks"))
import duck  # noqa: E402
import pandas as pd  # noqa: E402

README = "README.md"


class Missing(Exception):
    """A tool that a snippet needs is not installed."""


def sql(code):
    con = duck.connect()
    rows = [len(con.sql(statement).df()) for statement in filter(str.strip, code.split(";"))]
    if not all(rows):
        raise AssertionError("no rows")
    return f"DuckDB, {' and '.join(map(str, rows))} rows"


def python(code):
    for package in re.findall(r"^import (\w+)", code, re.M):
        if not importlib.util.find_spec(package):
            raise Missing(f"Python package {package}")
    how = "Python"
    if "read_parquet" in code and "pandas" in code and not importlib.util.find_spec("pyarrow"):
        pd.read_parquet = lambda folder: duck.connect().sql(f"select * from '{folder}/*.parquet'").df()
        how = "Python, DuckDB in place of pyarrow"
    *body, last = code.strip().split("\n")
    scope = {}
    exec("\n".join(body), scope)
    try:
        value = eval(last, scope)
    except SyntaxError:
        exec(last, scope)
        return how
    if isinstance(value, pd.DataFrame) and len(value) == 0:
        raise AssertionError("no rows")
    return how + (f", {len(value)} rows" if hasattr(value, "__len__") else "")


def r(code):
    if not shutil.which("Rscript"):
        raise Missing("R")
    for package in re.findall(r"library\((\w+)\)", code):
        if subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True).returncode:
            raise Missing(f"R package {package}")
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr.strip())
    return f"R, {len(done.stdout.splitlines())} lines"


def main(args):
    if len(args) != 1 or not os.path.isdir(args[0]):
        print("usage: .ci/snippets OUT", file=sys.stderr)
        return 2
    text = open(README, encoding="utf-8").read()
    out = os.path.abspath(args[0])
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "out"))
        os.symlink(out, os.path.join(folder, "out", "tables"))
        os.chdir(folder)
        for match in re.finditer(r"^```(sql|python|r)\n(.*?)^```$", text, re.M | re.S):
            language, code = match.groups()
            where = f"{README}:{text.count(chr(10), 0, match.start()) + 1}"
            try:
                print(f"{where}: {language}: {dict(sql=sql, python=python, r=r)[language](code)}")
            except Missing as e:
                print(f"{where}: {language}: not run, {e} is missing")
            except Exception as e:
                failed += 1
                print(f"{where}: {language}: {type(e).__name__}: {e}", file=sys.stderr)
        os.chdir(ROOT)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
