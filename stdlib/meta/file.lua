---@meta door.file
-- Files and folders. Errors of every function: file.not_found, file.denied, file.exists, file.no_space,
-- file.read_only, file.not_a_folder, file.is_a_folder, file.not_empty, file.busy, file.too_many_open,
-- file.name_too_long, file.too_many_links, file.failed; `cause` holds the system's own words.

---@class slipway.file
local file = {}

--- The whole content, up to 1 GiB. Error besides: file.too_large
---@param path string
---@return string?, slipway.Error?
function file.read(path) end

--- A piece of a file, up to 64 MiB; shorter at the end of the file, empty behind it.
---@param o { path: string, offset: integer, size: integer }
---@return string?, slipway.Error?
function file.piece(o) end

--- Replaces or creates a file: a reader, or a crash, sees the old or the new content, never a part.
--- Temporary file in the same folder, fsync, rename, fsync of the folder. A symbolic link stays a
--- link and its target is replaced. Error besides: file.not_a_file (a device, pipe or socket)
---@param o { path: string, text: string, mode: integer? } mode: default the existing file's, else 0666 less umask
---@return true?, slipway.Error?
function file.write(o) end

--- One file, content and mode, written the way of file.write.
---@param o { from: string, to: string }
---@return true?, slipway.Error?
function file.copy(o) end

--- rename(2): replaces `to`; both on one file system.
---@param o { from: string, to: string }
---@return true?, slipway.Error?
function file.rename(o) end

--- A symbolic link at `path` that says `target`.
---@param o { target: string, path: string }
---@return true?, slipway.Error?
function file.link(o) end

---@class slipway.FileInfo
---@field kind "file"|"folder"|"link"|"other"
---@field size integer   bytes
---@field mode integer   permission bits
---@field mtime integer  seconds since 1970

--- nil with file.not_found when nothing is there.
---@param path string
---@param o { follow: boolean? }? follow: false describes a symbolic link itself
---@return slipway.FileInfo?, slipway.Error?
function file.stat(path, o) end

--- Names in a folder, sorted by bytes, without "." and "..".
---@param path string
---@return string[]?, slipway.Error?
function file.list(path) end

---@param o { path: string, parents: boolean? } parents: make the folders above too; an existing folder is no error
---@return true?, slipway.Error?
function file.mkdir(o) end

--- One file, link or empty folder.
---@param path string
---@return true?, slipway.Error?
function file.remove(path) end

--- A whole tree, which must lie inside `below`. Links are removed, never followed; nothing there is no error.
--- Error besides: file.outside
---@param o { path: string, below: string }
---@return true?, slipway.Error?
function file.remove_tree(o) end

---@param o { path: string, mode: integer }
---@return true?, slipway.Error?
function file.chmod(o) end

--- A fresh folder, mode 0700, below $TMPDIR or /tmp. The caller removes it.
---@param prefix string
---@return string?, slipway.Error?
function file.temp_dir(prefix) end

---@param path string
---@return string?, slipway.Error?
function file.realpath(path) end

---@return string?, slipway.Error?
function file.cwd() end

return file
