"""Who acts: labs, clouds and communities. They decide; they hold no physics."""
