"""The stack file.

`model` says what it may say, in types of `fields`; `schema` draws the JSON schema from it. `load` and `declare` serve a
program, and they alone import Pulumi. `file` reads, changes (`edit`) and writes it for the commands, `entry` writes a
new entry, `project` finds it. `values` and `yaml_text` read what stands in it.
"""
