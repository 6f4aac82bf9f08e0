"""Read the output of AWS CLI commands: several documents in one file, or documents within other text."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from yaml.nodes import Node, SequenceNode

from ...config.json_nodes import compose_embedded
from ...config.node_values import UnreadableError
from ...config.positions import Positions
from ...config.source import CONFIG_FILE, Source, display_name, read_text
from ...config.yaml12 import TAG, Loader
from ..documents import NodeValues
from .finding import describes_tables


def compose_output(path: Path) -> tuple[Source, Node] | None:
    """Return a file that is neither one document of YAML nor of JSON, and the list of the documents in it.

    Returns:
        `None` if the documents are not valid, or do not describe a table.
    """
    try:
        documents = _documents(read_text(path, CONFIG_FILE))
        root = SequenceNode(TAG + "seq", documents, documents[0].start_mark) if documents else None
        if root is None or not describes_tables(NodeValues(str(path)).value(root)):
            return None
    except (UnreadableError, yaml.YAMLError, json.JSONDecodeError, RecursionError):
        return None
    source = Source(display_name(path), path.parent)
    source.positions = Positions(source.file, root)
    return source, root


def _documents(text: str) -> list[Node]:
    if documents := compose_embedded(text):
        return documents
    return list(yaml.compose_all(text, Loader=Loader))
