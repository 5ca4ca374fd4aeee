"""A Pulumi policy pack: rules for all stacks of an organisation, whatever their stack files say.

`rules` decides, `pack` registers the rules with Pulumi. Needs the extra `policy`.
"""
