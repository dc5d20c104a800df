-- Errors of the journal of a run.
return {
  ["journal.not_found"] = {
    exit = 4,
    why = "There is no journal at that place.",
    fix = "slipway runs lists the runs of this project.",
  },
  ["journal.corrupt"] = {
    exit = 4,
    why = "A record does not verify: its checksum, its place in the chain or its form is wrong. A torn last line, as a crash leaves it, is no such case.",
    fix = "Restore the file from a backup or from its mirror. Without one: slipway resume --adopt TAG asks the world what has happened.",
  },
  ["journal.newer"] = {
    exit = 4,
    why = "A newer Slipway wrote this journal, in a format this one does not know.",
    fix = "Use the Slipway that wrote it, or a newer one.",
  },
  ["journal.busy"] = {
    exit = 6,
    why = "Another process has this journal open for writing: the run is being performed right now.",
    fix = "Wait until it has ended; slipway lock shows who it is.",
  },
  ["journal.failed"] = {
    exit = 7,
    why = "The disk did not take a record. What is on it is unknown now, so nothing more is written to this journal.",
    fix = "Look after the disk, then: slipway resume",
  },
  ["journal.changed"] = {
    exit = 7,
    why = "The journal was changed or removed by somebody else while it was being written.",
    fix = "Find out who touches the folder slipway/runs below the git directory, then: slipway resume",
  },
  ["journal.too_large"] = {
    exit = 4,
    why = "A record, or the whole journal, is larger than the limits (64 MiB and 1 GiB).",
    fix = "Keep large outputs in files and only their digests in the run.",
  },
  ["journal.not_writable"] = {
    exit = 1,
    why = "A journal that was opened for reading was written to.",
    fix = "This is a fault of Slipway; please report it.",
  },
  ["journal.not_an_object"] = {
    exit = 1,
    why = "The body of a record is a list where a table with names is needed.",
    fix = "This is a fault of Slipway; please report it.",
  },
  ["journal.unknown_kind"] = {
    exit = 1,
    why = "A record has a kind that does not exist.",
    fix = "This is a fault of Slipway; please report it.",
  },
}
