"""The stack file.

`model` defines what a stack file may contain, with the types of `fields`; `schema` makes the JSON schema from it.
`load` and `declare` are for programs, and they alone import Pulumi. For the commands, `project` finds a stack file,
`file` reads and writes it, `edit` changes its text, and `entry` writes a new entry. `values` and `yaml_text` parse its
values and its YAML.
"""
