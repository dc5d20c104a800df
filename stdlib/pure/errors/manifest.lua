-- Errors of reading and writing versions in manifests.
return {
  ["manifest.malformed"] = {
    exit = 4,
    why = "A manifest cannot be read: its language forbids what stands at the named line and column. Nothing was changed.",
    fix = "Correct the file at that place.",
  },
  ["manifest.no_version"] = {
    exit = 4,
    why = "The file is a manifest that Slipway knows, but no version of the project stands in it.",
    fix = "Add the version, or list the files that carry it: manifests = { … } in slipway.lua.",
  },
  ["manifest.dynamic"] = {
    exit = 4,
    why = "The file says that its version is computed elsewhere (from the tag, from a source file), so there is nothing to read or write here.",
    fix = "Nothing, if the version comes from the tag; otherwise list the file that it comes from in manifests.",
  },
  ["manifest.inherited"] = {
    exit = 4,
    why = "The package takes its version from the workspace it belongs to.",
    fix = "Use the manifest of the workspace.",
  },
  ["manifest.unknown_format"] = {
    exit = 2,
    why = "No reader knows a file of that name, and it holds no marker comment.",
    fix = "Mark the line that holds the version with the comment `slipway: version`, or give a pattern or a path with the file.",
  },
  ["manifest.disagree"] = {
    exit = 4,
    why = "The files that carry the project's version do not say the same; one of them was probably edited by hand.",
    fix = "Bring them to one version, or leave those that do not count out of manifests in slipway.lua.",
  },
  ["manifest.ambiguous"] = {
    exit = 4,
    why = "The file holds several versions and nothing says which one is meant.",
    fix = "Name the package, the image or the old version.",
  },
  ["manifest.requirement"] = {
    exit = 4,
    why = "A dependant's range excludes the new version and is too intricate to be rewritten without guessing.",
    fix = "Change that range by hand in the commit before the release.",
  },
  ["manifest.bad_version"] = {
    exit = 2,
    why = "The version has characters that could not stand in a manifest without escaping.",
    fix = "Give a version such as 1.2.0 or 1.2.0-rc.1.",
  },
  ["manifest.major"] = {
    exit = 4,
    why = "The path of a Go module names another major version than the one to be released.",
    fix = "Rename the module and its imports in the commit before the release.",
  },
  ["manifest.missing"] = {
    exit = 4,
    why = "A file listed as a manifest is not in the commit that is released.",
    fix = "Commit the file, or take it out of manifests in slipway.lua.",
  },
  ["manifest.needs_entry"] = {
    exit = 4,
    why = "The version of a Debian package stands in the newest entry of its changelog; a new version needs a new entry, with an author and a date.",
    fix = "Write the entry with `dch -v VERSION` as UNRELEASED and commit it, or hand over author and date.",
  },
  ["manifest.pinned"] = {
    exit = 4,
    why = "An image reference names a digest beside its tag; another tag would contradict the digest.",
    fix = "Let the reference be changed after the image is built, or drop the digest.",
  },
  ["manifest.bad_selector"] = {
    exit = 2,
    why = "The selector that says where the version stands is no JSONPath or XPath that Slipway reads.",
    fix = "Use keys, indices, * and .. (JSONPath), or names, * and @attribute (XPath).",
  },
  ["manifest.bad_pattern"] = {
    exit = 2,
    why = "The pattern that says which lines hold the version is no Lua pattern.",
    fix = "Write the text around the version with {version} in its place.",
  },
  ["manifest.circle"] = {
    exit = 4,
    why = "Packages of the repository depend on each other in a circle, so none of them can be released first.",
    fix = "Take one of the dependencies out, or make it one for development without a version.",
  },
  ["manifest.twins"] = {
    exit = 4,
    why = "Two packages of the repository have one name, so nothing can tell their releases apart.",
    fix = "Rename one, or declare the folders that count: packages = { … } in slipway.lua.",
  },
}
