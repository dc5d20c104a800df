-- CI runs of a commit, tag or workflow.
return {
  name = "runs", summary = "CI runs, newest first: of a commit, a ref, an event, a workflow.", volatile = true,
  signature = "facts:runs{ commit =, ref =, event =, workflow =, limit = } → { { id, workflow, event, ref, commit, state, verdict, url }… }",
  ask = function(world, o)
    o = o or {}
    return world.forge.runs { commit = o.commit, ref = o.ref, event = o.event, workflow = o.workflow, limit = o.limit or 20 }
  end,
}
