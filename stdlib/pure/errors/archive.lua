-- Errors of archives: packing and unpacking.
return {
  ["archive.path"] = {
    exit = 4,
    why = "A name in the archive leads out of its folder on some system: absolute, with \"..\", a drive letter or a backslash.",
    fix = "do not unpack this archive; ask whoever made it for a proper one",
  },
  ["archive.name"] = {
    exit = 4,
    why = "A name holds what no name of a release should: control characters, a Windows device, .git, or more than 255 bytes.",
    fix = "rename the file, or leave it out with exclude",
  },
  ["archive.link"] = {
    exit = 4,
    why = "A link points out of the archive's folder, or to nothing inside it.",
    fix = "make the link relative and let it stay inside, or leave it out",
  },
  ["archive.kind"] = {
    exit = 4,
    why = "The archive holds something that is neither file, folder nor link: a device, a pipe, a sparse file.",
    fix = "make the archive again without it",
  },
  ["archive.mode"] = {
    exit = 4,
    why = "A file in the archive would run with another user's rights.",
    fix = "make the archive again without the setuid and setgid bits",
  },
  ["archive.duplicate"] = {
    exit = 4,
    why = "Two names in the archive are one name on some file system, or a file is used as a folder.",
    fix = "rename one of them",
  },
  ["archive.limit"] = {
    exit = 4,
    why = "The archive unpacks to more entries, bytes, or bytes per packed byte than is allowed; such archives fill disks.",
    fix = "raise max_entries, max_size or max_ratio when the archive is trusted",
  },
  ["archive.corrupt"] = {
    exit = 4,
    why = "The archive is cut off, has a wrong checksum, or says two different things about itself.",
    fix = "fetch or build it again",
  },
  ["archive.encrypted"] = {
    exit = 4,
    why = "The archive is encrypted; Slipway unpacks no encrypted archives.",
    fix = "decrypt it with the program that made it",
  },
  ["archive.method"] = {
    exit = 4,
    why = "The archive uses a compression that Slipway does not read.",
    fix = "make it again as zip (stored or deflated), tar.gz, tar.xz or tar.zst",
  },
  ["archive.exists"] = {
    exit = 4,
    why = "The folder to unpack into holds something already.",
    fix = "name a folder that does not exist yet",
  },
  ["archive.format"] = {
    exit = 2,
    why = "The archive's name or format is none that Slipway writes, or the format has no such level.",
    fix = "use .zip, .tar, .tar.gz, .tar.xz or .tar.zst",
  },
  ["archive.empty"] = {
    exit = 4,
    why = "There is nothing to pack: the folder is empty, or everything in it is excluded.",
    fix = "build first, or correct the folder and the patterns",
  },
  ["archive.changed"] = {
    exit = 4,
    why = "A file changed while it was being packed.",
    fix = "wait until nothing writes to it, then run the command again",
  },
  ["archive.io"] = {
    exit = 4,
    why = "The operating system refused to read or write a file of the archive.",
    fix = "see the cause; then run the same command again",
  },
}
