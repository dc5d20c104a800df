# The packages Slipway is built from, found here and nowhere else. An error names the Debian package.
# slipway_headers: for runtime/core.  slipway_program_packages: what the program links.
# slipway_core_packages, slipway_lua_packages: the same as shared libraries, for the C tests.
find_package(PkgConfig REQUIRED)

function(slipway_find variable module floor debian)
    pkg_check_modules(${variable} IMPORTED_TARGET GLOBAL "${module}>=${floor}")
    if(NOT ${variable}_FOUND)
        message(FATAL_ERROR "${module} ${floor} or newer is missing.\n  Debian: apt-get install ${debian}\n  or everything at once: sh vendor/install packages")
    endif()
endfunction()

slipway_find(LUA lua5.4 5.4.4 liblua5.4-dev)
slipway_find(CJSON lua5.4-cjson 2.1.0 lua-cjson-dev)
slipway_find(GIT2 libgit2 1.5.1 libgit2-dev)
slipway_find(CURL libcurl 7.88.0 libcurl4-openssl-dev)
slipway_find(ZIP libzip 1.7.3 libzip-dev)
slipway_find(ARCHIVE libarchive 3.6.2 libarchive-dev)
slipway_find(ZLIB zlib 1.2.13 zlib1g-dev)
slipway_find(CRYPTO libcrypto 3.0 libssl-dev)
slipway_find(EDIT libedit 3.1 libedit-dev)
slipway_find(DEFLATE libdeflate 1.14 libdeflate-dev)
slipway_find(UTF8PROC libutf8proc 2.6.0 libutf8proc-dev)

# Only headers of curl, libzip, libarchive, zlib, libcrypto and libedit are needed to build: those
# libraries are loaded at their first use, so that a command without them starts at once.
add_library(slipway_headers INTERFACE)
foreach(each GIT2 UTF8PROC DEFLATE CURL ZIP ARCHIVE ZLIB CRYPTO EDIT)
    target_include_directories(slipway_headers INTERFACE ${${each}_INCLUDE_DIRS})
endforeach()

# The C tests link what is linked as shared libraries: where they let memory end, it ends in Slipway's own code.
find_library(LUA_CJSON_ARCHIVE NAMES liblua5.4-cjson.a REQUIRED)
add_library(slipway_core_packages INTERFACE)
target_link_libraries(slipway_core_packages INTERFACE slipway_headers PkgConfig::GIT2 PkgConfig::UTF8PROC PkgConfig::DEFLATE ${CMAKE_DL_LIBS} m)
add_library(slipway_lua_packages INTERFACE)
target_link_libraries(slipway_lua_packages INTERFACE ${LUA_CJSON_ARCHIVE} PkgConfig::LUA PkgConfig::UTF8PROC m)

# The program links them from their archives where these fit together (Debian's do): a start is over before the dynamic
# linker would have loaded what libgit2 connects with, and never uses here.
set(archives)
foreach(name git2 pcre2-8 http_parser mbedcrypto z lua5.4 utf8proc deflate)
    find_library(ARCHIVE_OF_${name} NAMES lib${name}.a)
    mark_as_advanced(ARCHIVE_OF_${name})
    list(APPEND archives "${ARCHIVE_OF_${name}}")
endforeach()
set(without_network "${CMAKE_SOURCE_DIR}/runtime/link/git2_without_network.c")
if(NOT archives MATCHES "NOTFOUND" AND NOT DEFINED ARCHIVES_FIT)
    try_compile(ARCHIVES_FIT "${CMAKE_BINARY_DIR}/archives"
        SOURCES "${CMAKE_SOURCE_DIR}/vendor/cmake/archives_fit.c" "${without_network}"
        CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${GIT2_INCLUDE_DIRS};${LUA_INCLUDE_DIRS}"
        LINK_LIBRARIES ${archives} ${CMAKE_DL_LIBS} m)
endif()
add_library(slipway_program_packages INTERFACE)
if(ARCHIVES_FIT)
    add_library(slipway_git2_without_network OBJECT "${without_network}")
    target_link_libraries(slipway_git2_without_network PRIVATE slipway_flags slipway_headers)
    target_include_directories(slipway_program_packages INTERFACE ${LUA_INCLUDE_DIRS})
    target_link_libraries(slipway_program_packages INTERFACE slipway_headers $<TARGET_OBJECTS:slipway_git2_without_network>
        ${LUA_CJSON_ARCHIVE} ${archives} ${CMAKE_DL_LIBS} m)
    target_link_options(slipway_program_packages INTERFACE -Wl,--gc-sections)
else()
    message(STATUS "the archives of libgit2 and its parts are not here or do not fit: shared libraries, a slower start")
    target_link_libraries(slipway_program_packages INTERFACE slipway_core_packages slipway_lua_packages)
endif()

# argparse is pure Lua: the installed file is embedded.
find_file(argparse_module NAMES argparse.lua PATHS /usr/share/lua/5.4 /usr/local/share/lua/5.4 NO_DEFAULT_PATH)
if(NOT argparse_module)
    message(FATAL_ERROR "argparse for Lua 5.4 is missing.\n  Debian: apt-get install lua-argparse")
endif()
set(SLIPWAY_EMBED_EXTRA "stdlib/argparse.lua=${argparse_module}")
