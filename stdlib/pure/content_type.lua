-- The media type of a file that is uploaded, by its name. Forges show and serve it to whoever downloads.
local M = {}

-- Longest endings first where one ends in another. IANA's registry, and what browsers send for the rest.
local endings = {
  { ".tar.gz", "application/gzip" }, { ".tgz", "application/gzip" }, { ".gz", "application/gzip" },
  { ".tar.xz", "application/x-xz" }, { ".xz", "application/x-xz" }, { ".tar.zst", "application/zstd" }, { ".zst", "application/zstd" },
  { ".tar.bz2", "application/x-bzip2" }, { ".bz2", "application/x-bzip2" }, { ".tar", "application/x-tar" },
  { ".zip", "application/zip" }, { ".whl", "application/zip" }, { ".jar", "application/java-archive" },
  { ".crate", "application/gzip" }, { ".deb", "application/vnd.debian.binary-package" }, { ".rpm", "application/x-rpm" },
  { ".apk", "application/vnd.android.package-archive" }, { ".dmg", "application/x-apple-diskimage" },
  { ".exe", "application/vnd.microsoft.portable-executable" }, { ".msi", "application/x-msi" },
  { ".json", "application/json" }, { ".jsonl", "application/jsonl" }, { ".sarif", "application/json" },
  { ".txt", "text/plain" }, { ".md", "text/markdown" }, { ".html", "text/html" }, { ".pdf", "application/pdf" },
  { ".sha256", "text/plain" }, { ".sha512", "text/plain" }, { "sha256sums", "text/plain" }, { "sha512sums", "text/plain" },
  { ".asc", "application/pgp-signature" }, { ".sig", "application/octet-stream" }, { ".minisig", "text/plain" },
  { ".pem", "application/x-pem-file" }, { ".svg", "image/svg+xml" }, { ".png", "image/png" },
}

---@param name string  a file's name
---@return string
function M.of(name)
  local lower = name:lower()
  for _, entry in ipairs(endings) do
    if lower:sub(-#entry[1]) == entry[1] then return entry[2] end
  end
  return "application/octet-stream"
end

return M
