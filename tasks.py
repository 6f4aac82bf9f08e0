"""The tasks of this project: `inv --list` shows them."""

from invoke.collection import Collection

from dynamotasks import db

ns = Collection(db)
