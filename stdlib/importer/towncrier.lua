-- towncrier: [tool.towncrier] of pyproject.toml, towncrier.toml.
local settings = require "importer.settings"

local taken, changed, none = settings.taken, settings.changed, settings.none

local fragments = none("notes are not collected from files", "write them under Unreleased in the changelog, or let the commits tell them")

return {
  name = "towncrier",
  --- What becomes of a project's towncrier settings; nil when it has none.
  import = function(files)
    local doc, err = settings.first(files, { { "towncrier.toml", "tool", "towncrier" }, { "pyproject.toml", "tool", "towncrier" } })
    if not doc then return nil, err end
    local list = settings.list("towncrier", doc)
    local looks = changed(nil, "the section's form is that of Keep a Changelog; changelog.template takes a template of Slipway's own")
    list.walk({
      filename = function(value)
        if value:lower():find "%.md$" then return taken { ["changelog.file"] = value } end
        return none("the changelog is written in Markdown", "convert the file once, or changelog = false")
      end,
      directory = fragments, type = fragments, section = fragments, create_add_extension = fragments, create_eof_newline = fragments, orphan_prefix = fragments, ignore = fragments,
      name = taken(), version = taken(nil, "the commits decide"), package = taken(nil, "the manifests are found"), package_dir = taken(nil, "the manifests are found"),
      template = looks, title_format = looks, issue_format = changed(nil, "issues are linked by the forge's address; changelog.links says others"), start_string = taken(nil, "a new section is put above the newest"),
      underlines = looks, wrap = looks, all_bullets = looks, single_file = taken(nil, "one file"), issue_pattern = fragments,
    })
    return list.entries
  end,
}
