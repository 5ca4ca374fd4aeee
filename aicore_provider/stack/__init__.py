"""The stack file.

`model` defines what a stack file may contain, of the parts in `sections` and with the types of `fields`. `placement`
says which deployments its entries have, `complaints` words what is wrong, `schema` makes the JSON schema of the model.
`load` and `declare` are for programs, and they alone import Pulumi. For the commands, `project` finds a stack file,
`file` reads and writes it, `edit` changes its text, and `entry` writes a new entry. `values` and `yaml_text` parse its
values and its YAML.
"""
