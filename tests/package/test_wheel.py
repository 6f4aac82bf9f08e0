"""The built wheel in a separate environment, without this repository."""

from __future__ import annotations

from tests.package.conftest import Consumer


def test_two_lines_in_tasks_py_add_the_tasks(consumer: Consumer) -> None:
    consumer.tasks("from invoke import Collection\nfrom dynamotasks import db\n\nns = Collection(db)\n")
    assert "db.migrate" in consumer.run("inv", "--list")
    out = consumer.run("inv", "db.up", "--port", "0", "db.migrate", "db.list")
    assert "moto" in out
    assert "skipped docker" in out
    assert "1 table created" in out


def test_collection_with_another_name_and_configuration(consumer: Consumer) -> None:
    (consumer.root / "elsewhere").mkdir()
    (consumer.root / "tables_config.json").rename(consumer.root / "elsewhere" / "tables.json")
    consumer.tasks(
        "from invoke import Collection\n"
        "from dynamotasks import db\n"
        "ns = Collection()\n"
        "ns.add_collection(db, name='dynamo')\n"
        "ns.configure({'dynamotasks': {'config': 'elsewhere/tables.json', 'port': 0, 'backend': 'moto'}})\n"
    )
    assert "1 table created" in consumer.run("inv", "dynamo.up", "dynamo.migrate")
    assert "1 table in" in consumer.run("inv", "dynamo.validate")


def test_console_command_works_without_tasks_py(consumer: Consumer) -> None:
    assert "migrate" in consumer.run("dynamotasks", "--list")
    (consumer.root / "invoke.yaml").write_text("dynamotasks: {port: 0}\n")
    out = consumer.run("dynamotasks", "up", "migrate", "list")
    assert "1 table created" in out
    assert ":8000" not in out
    assert "--config must follow the task" in consumer.run("dynamotasks", "--config", "x.yaml", "list", code=1)


def test_library_is_typed_and_imported_lazily(consumer: Consumer) -> None:
    slow = "import sys, dynamotasks.cli.tasks; print({'boto3', 'pydantic', 'rich', 'psutil'} & set(sys.modules))"
    assert consumer.run("python", "-c", slow).strip() == "set()"
    where = "import dynamotasks, pathlib; print((pathlib.Path(dynamotasks.__file__).parent / 'py.typed').exists())"
    assert consumer.run("python", "-c", where).strip() == "True"
    public = "import dynamotasks; print([getattr(dynamotasks, name) is not None for name in dynamotasks.__all__])"
    assert "False" not in consumer.run("python", "-c", public)
