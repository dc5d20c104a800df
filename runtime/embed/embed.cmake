# Writes the assembler file that puts Lua sources into the binary. Run at build time by
#   cmake -DOUT=… -DROOT=… -DBYTECODE=… -DFILES=a;b;… -DMODULES=a;… -DEXTRA=name=path;… -P embed.cmake
# FILES are relative to ROOT and keep that name inside; MODULES lie compiled below BYTECODE and are named
# bytecode/FILE inside; EXTRA are installed files under another name.
set(entries "")
foreach(file IN LISTS FILES)
    list(APPEND entries "${file}=${ROOT}/${file}")
endforeach()
foreach(file IN LISTS MODULES)
    list(APPEND entries "bytecode/${file}=${BYTECODE}/${file}")
endforeach()
foreach(file IN LISTS EXTRA)
    list(APPEND entries "${file}")
endforeach()
list(SORT entries COMPARE STRING)

set(blobs "")
set(table "")
set(index 0)
foreach(entry IN LISTS entries)
    string(FIND "${entry}" "=" at)
    string(SUBSTRING "${entry}" 0 ${at} name)
    math(EXPR after "${at} + 1")
    string(SUBSTRING "${entry}" ${after} -1 path)
    string(APPEND blobs
        ".Lname${index}: .asciz \"${name}\"\n.Lstart${index}: .incbin \"${path}\"\n.Lend${index}: .byte 0\n")
    string(APPEND table "    .quad .Lname${index}, .Lstart${index}, .Lend${index}\n")
    math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUT}.tmp"
"    .section .rodata\n${blobs}
    .section .data.rel.ro, \"aw\"
    .balign 8
    .global sw_embedded_files\nsw_embedded_files:\n${table}
    .section .rodata
    .balign 8
    .global sw_embedded_count\nsw_embedded_count: .quad ${index}
    .section .note.GNU-stack, \"\", %progbits\n")
file(RENAME "${OUT}.tmp" "${OUT}")
