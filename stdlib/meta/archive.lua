---@meta door.archive
---@class slipway.archive
local archive = {}

--- Unpacks a .zip, .tar, .tar.gz, .tar.xz or .tar.zst (told by its content) into `to`, which must not exist or be an
--- empty folder; its parent must exist. The archive is checked as a whole before anything is written, and nothing stays
--- when anything is wrong. Modes become 0644 or 0755; owners and times are dropped.
--- Errors: archive.path archive.name archive.link archive.kind archive.mode archive.duplicate archive.limit
--- archive.corrupt archive.encrypted archive.method archive.exists archive.io library.missing
---@param o { file: string, to: string, max_entries: integer?, max_size: integer?, max_ratio: integer?, strip: integer? }
---   max_entries: 100 000 · max_size: bytes of all files, 16 GiB · max_ratio: unpacked to packed beyond the first MiB,
---   200 · strip: leading components dropped from every name
---@return { entries: integer, size: integer }?, slipway.Error?
function archive.extract(o) end

---@class slipway.ArchiveEntry
---@field path string     tidy: no "./", no trailing slash
---@field kind "file"|"folder"|"symlink"|"hardlink"
---@field mode integer    0644 or 0755
---@field size integer
---@field target string?  of a link

--- What an archive would unpack to, in its own order, after every check that extract makes.
---@param o { file: string, max_entries: integer?, max_size: integer?, max_ratio: integer? }
---@return slipway.ArchiveEntry[]?, slipway.Error?
function archive.list(o) end

return archive
