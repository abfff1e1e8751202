"""Line drawings for danger cards, lists of milestones and tips, made from a few shapes."""
