---@meta door.archive
-- Archives: packed to the same bytes on every machine, unpacked without ever leaving their folder.

---@class slipway.archive
local archive = {}

--- Packs a folder's content (`from`) or named `files` into .zip, .tar, .tar.gz, .tgz, .tar.xz or .tar.zst, told by the
--- name of `file` or by `format`. The bytes depend on names, content, executable bits, `time` and `level` only, not on
--- machine, cores, time zone, umask or the order of folders. Written beside `file`, then renamed; nothing stays on failure.
--- Names are sorted bytewise, and may be such as extract refuses ("aux.c", "a:b"), as long as they stay inside; owners are 0, modes 0644 and 0755; symlinks are kept when they
--- stay inside. Errors: archive.format archive.empty archive.kind archive.link archive.name archive.path
--- archive.duplicate archive.changed archive.limit archive.io library.missing
---@param o { file: string, from: string?, files: { path: string, as: string, mode: integer? }[]?, format: string?,
---  time: integer?, prefix: string?, level: integer?, exclude: string[]? }
---   time: seconds (default: SOURCE_DATE_EPOCH, else 1980-01-01) · prefix: a folder around everything · level: zip and gz
---   1–9 (6), xz 1–9 (1: higher ones need more than 64 MiB), zst 1–19 (3) · exclude: patterns; without a slash they
---   match the last component, with one the path below `from` · as: "" puts only what a folder holds
---@return { size: integer, entries: integer }?, slipway.Error?
function archive.create(o) end

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
