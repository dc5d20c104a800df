-- Names of Python's built files (binary distribution format): what is in a wheel's name.
local errors = require "pure.errors"
local pep440 = require "pure.pep440"

local M = {}

local function invalid(name, why)
  return nil, errors.new { code = "version.invalid", message = ("'%s' is not a wheel's name: %s"):format(name, why) }
end

local function pieces(text)
  local list = {}
  for piece in (text .. "-"):gmatch("(.-)%-") do list[#list + 1] = piece end
  return list
end

--- "foo_bar-1.0-1-py3-none-any.whl" → name, version, build, and its three tags.
---@param name string
---@return { name: string, version: slipway.Pep440, build: string?, python: string, abi: string, platform: string }?, slipway.Error?
function M.parse(name)
  local stem = name:match "^(.*)%.whl$"
  if not stem then return invalid(name, "it does not end in .whl") end
  local list = pieces(stem)
  if #list ~= 5 and #list ~= 6 then return invalid(name, "it needs five or six parts with hyphens between") end
  for _, piece in ipairs(list) do
    if piece == "" then return invalid(name, "a part is empty") end
  end
  if list[1]:find "__" or not list[1]:find "^[%w._\128-\255]+$" then return invalid(name, "its project name is malformed") end
  local version = pep440.parse(list[2])
  if not version then return invalid(name, ("'%s' is not a version"):format(list[2])) end
  for piece in list[#list - 2]:gmatch "[^.]+" do
    if not piece:find "^%a%w*$" then return invalid(name, ("'%s' names no Python"):format(list[#list - 2])) end
  end
  local build = #list == 6 and list[3] or nil
  if build and not build:find "^%d" then return invalid(name, "a build number begins with a digit") end
  return {
    name = pep440.canonicalize_name(list[1]), version = version, build = build,
    python = list[#list - 2], abi = list[#list - 1], platform = list[#list],
  }
end

--- "foo_bar-1.0.tar.gz" → name and version.
---@param name string
---@return { name: string, version: slipway.Pep440 }?, slipway.Error?
function M.parse_sdist(name)
  local stem = name:match "^(.*)%.tar%.gz$" or name:match "^(.*)%.zip$"
  local project, text = (stem or ""):match "^(.+)%-([^-]+)$"
  local version = text and pep440.parse(text)
  if not version then return invalid(name, "a source archive is NAME-VERSION.tar.gz") end
  return { name = pep440.canonicalize_name(project), version = version }
end

return M
