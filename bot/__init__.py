"""The running programme: wires everything together and owns no rules."""
