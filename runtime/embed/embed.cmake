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

set(paths "")
set(texts "")
set(rows "")
set(index 0)
foreach(entry IN LISTS entries)
    string(FIND "${entry}" "=" at)
    string(SUBSTRING "${entry}" 0 ${at} name)
    math(EXPR after "${at} + 1")
    string(SUBSTRING "${entry}" ${after} -1 path)
    string(APPEND paths ".Lname${index}: .asciz \"${name}\"\n")
    string(APPEND texts ".Lstart${index}: .incbin \"${path}\"\n.Lend${index}: .byte 0\n")
    string(APPEND rows
        "    .long .Lname${index} - sw_embedded_paths, .Lstart${index} - sw_embedded_texts, .Lend${index} - sw_embedded_texts\n")
    math(EXPR index "${index} + 1")
endforeach()
# Paths and rows lie together, so that a search touches few pages; distances need no relocation.
file(WRITE "${OUT}.tmp"
"    .section .rodata
    .balign 8
    .global sw_embedded_count\nsw_embedded_count: .quad ${index}
    .global sw_embedded_rows\nsw_embedded_rows:\n${rows}
    .global sw_embedded_paths\nsw_embedded_paths:\n${paths}
    .global sw_embedded_texts\nsw_embedded_texts:\n${texts}
    .section .note.GNU-stack, \"\", %progbits\n")
file(RENAME "${OUT}.tmp" "${OUT}")
