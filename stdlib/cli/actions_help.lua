-- slipway help actions: how targets are built by GitHub Actions or Gitea Actions, and a workflow that fits this project.
local matrix = require "pure.matrix"
local output = require "cli.output"

local M = {}

local function targets_of(project)
  local names = {}
  for _, entry in ipairs(project and matrix.expand(project.config.targets or {}, { version = "1.0.0", project = project.name }) or {}) do names[#names + 1] = entry.target end
  if #names == 0 then return { "linux-amd64", "macos-arm64" } end
  return names
end

local head = [[
name: build
run-name: build ${{ inputs.targets }} for ${{ inputs.slipway_run }}
on:
  workflow_dispatch:
    inputs:
      targets: { description: "names, as a JSON list", required: true }
      slipway_run: { description: "key by which slipway finds the run", required: true }
      version: { description: "version in the names of the files", required: false }
jobs:
  build:]]

local tail = [[
    steps:
      - uses: actions/checkout@v4
      - run: slipway run build --yes --strategy here --targets "$TARGET" --version "$VERSION" --to dist # or commands of your own
        env: { TARGET: "${{ matrix.target }}", VERSION: "${{ inputs.version }}" }
      - uses: %s
        with:
          name: ${{ matrix.target }}
          path: dist]]

--- The text of a workflow that builds the targets.
---@param kind string  of the forge
---@param targets string[]
---@return string
function M.workflow(kind, targets)
  if kind == "github" then
    return table.concat({
      head, "    strategy:", "      fail-fast: false", "      matrix:", "        target: ${{ fromJSON(inputs.targets) }}",
      "    runs-on: ubuntu-latest", tail:format "actions/upload-artifact@v4",
    }, "\n")
  end
  return table.concat({ -- Gitea makes its matrix without expressions, and gives version 4 of artifacts to an action of its own
    head, "    if: contains(fromJSON(inputs.targets), matrix.target)", "    strategy:", "      fail-fast: false", "      matrix:",
    "        target: [" .. table.concat(targets, ", ") .. "]", "    runs-on: ubuntu-latest", tail:format "christopherhx/gitea-upload-artifact@v4",
  }, "\n")
end

--- Says it all.
---@param out slipway.Output
---@param project table?
function M.show(out, project)
  local kind = project and (project.config.forge or {}).kind or "github"
  output.block(out, "", "Targets can be built by GitHub Actions or Gitea Actions. Those that are ready together go as one dispatch of a workflow; each is watched by its own job and collected as an artifact of its own name. In slipway.lua:")
  out.say ""
  out.say '  build = { strategy = "ci", places = { ci = { kind = "actions", workflow = "build.yml", within = "1h" } } }'
  out.say ""
  output.block(out, "  workflow  ", "file below .github/workflows or .gitea/workflows, in the commit that is built (GitHub: also on the default branch)")
  output.block(out, "  inputs    ", "inputs of the project's own: { profile = \"release\" }")
  output.block(out, "  within    ", "how long to wait (1h); then the run parks with exit 11, and slipway resume waits again for the same run")
  output.block(out, "  attempts  ", "how often a target whose runner was lost is dispatched (3); one that failed is dispatched again by slipway resume")
  output.block(out, "  poll      ", "seconds between two looks (from 0.5 to 15, as things move)")
  out.say ""
  output.block(out, "", "The commit that is built is the trunk's where it stands there, else it is pushed as the branch slipway/RUN, which is deleted when everything is collected. An artifact holds exactly the files that the plan names; a SHA256SUMS beside them is compared. slipway undo cancels a run that is still at work (GitHub; Gitea has no such call). GitLab has no Actions.")
  out.say ""
  out.say(("A workflow that fits (%s); its job is named as its target, or has it in its matrix:"):format(kind))
  out.say ""
  out.say(M.workflow(kind, targets_of(project)))
end

return M
