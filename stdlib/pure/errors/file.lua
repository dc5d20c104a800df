-- Errors of reading and writing files.
return {
  ["file.not_found"] = {
    exit = 4,
    why = "A file or folder that is needed is not there.",
    fix = "Check the path in the message.",
  },
  ["file.denied"] = {
    exit = 4,
    why = "The operating system does not let this user read or write there.",
    fix = "Look at owner and mode with ls -ld, on the path and on the folders above it.",
  },
  ["file.exists"] = {
    exit = 4,
    why = "Something stands already where a new file or folder is to be made.",
    fix = "Move it away, or choose another place.",
  },
  ["file.no_space"] = {
    exit = 4,
    why = "The disk, or your quota on it, is full. What was there before is unharmed.",
    fix = "Free some space (df -h shows where), then repeat the command, or: slipway resume",
  },
  ["file.read_only"] = {
    exit = 4,
    why = "The file system is mounted read-only.",
    fix = "Remount it for writing, or work in another folder.",
  },
  ["file.not_a_folder"] = {
    exit = 4,
    why = "A part of the path is a file where a folder is needed.",
    fix = "Check the path in the message.",
  },
  ["file.is_a_folder"] = {
    exit = 4,
    why = "A folder stands where a file is needed.",
    fix = "Check the path in the message.",
  },
  ["file.not_a_file"] = {
    exit = 4,
    why = "A device, pipe or socket stands where a file is to be written; replacing it would surprise.",
    fix = "Name a plain file.",
  },
  ["file.not_empty"] = {
    exit = 4,
    why = "A folder that is to be removed or replaced still holds something.",
    fix = "Look inside, then empty it.",
  },
  ["file.busy"] = {
    exit = 4,
    why = "The file is in use: a mount point, or a program that is running.",
    fix = "End what uses it, then try again.",
  },
  ["file.too_large"] = {
    exit = 4,
    why = "The file is larger than Slipway reads into memory.",
    fix = "Check that the path names the file you mean.",
  },
  ["file.too_many_open"] = {
    exit = 4,
    why = "This process, or the system, has no file descriptor left.",
    fix = "Raise the limit with ulimit -n, then try again.",
  },
  ["file.name_too_long"] = {
    exit = 4,
    why = "The path, or one name in it, is longer than the file system allows.",
    fix = "Use a shorter name.",
  },
  ["file.too_many_links"] = {
    exit = 4,
    why = "A symbolic link leads, perhaps by others, to itself.",
    fix = "Repair the link in the message.",
  },
  ["file.outside"] = {
    exit = 4,
    why = "Slipway was asked to remove something outside the folder it may clean.",
    fix = "Nothing was removed. Remove it by hand if that is what you mean.",
  },
  ["file.bad_name"] = {
    exit = 2,
    why = "The text cannot be the name of a file.",
    fix = "Use a name without slashes that is not . or ..",
  },
  ["file.failed"] = {
    exit = 4,
    why = "The operating system refused, for the reason it gave.",
    fix = "The reason is part of the message.",
  },
}
