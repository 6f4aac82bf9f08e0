"""Convert table definitions of other formats to and from the form of a config file.

file ── recognition ──> a format ──> ForeignTable (properties as CloudFormation names them, each with its place)
── declared_table ──> Source (keys of a config file) ──> config.load, which validates it as any config
"""
