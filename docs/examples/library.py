"""Create the declared tables in the local engine, or update them to match the config."""

import sys

import dynamotasks
from dynamotasks import ConfigError, DynamotasksError, OperationEnded, OperationWaiting, Outcome


def main() -> int:
    """Return the exit code: 1 if a table is not in sync afterwards."""
    config = dynamotasks.load()  # the files that the tasks find
    with dynamotasks.up() as engine, dynamotasks.connect(config) as database:
        print(engine.endpoint)
        plan = dynamotasks.plan(config, database)  # only reads
        for operation in plan.operations:
            print(operation.table, operation.call, operation.risk)
        for event in dynamotasks.apply(plan, database):
            if isinstance(event, OperationWaiting):
                print(event.table, "waits:", event.status)
            elif isinstance(event, OperationEnded) and event.outcome is not Outcome.DONE:
                print(event.table, event.outcome.value, event.error or event.detail)
        status = dynamotasks.status(config, database)
        for table in status.tables:
            print(table.name, table.state.value, [str(change.path) for change in table.changes])
    return 0 if status.in_sync else 1


try:
    sys.exit(main())
except ConfigError as error:  # all problems of the config at once
    sys.exit("\n".join(f"{problem.file}:{problem.line}: {problem.message}" for problem in error.problems))
except DynamotasksError as error:  # what is wrong, and what to do
    sys.exit(f"{error.what}\n{error.hint}")
