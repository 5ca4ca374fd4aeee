"""A policy pack for whoever runs many stacks: what no stack may do, whatever its own file says.

`rules` decides, `pack` brings the decisions to Pulumi's policy engine. Needs the extra `policy`.
"""
