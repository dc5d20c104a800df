# The packages Slipway is built from, found here and nowhere else. An error names the Debian package.
# slipway_core_packages: for runtime/core.  slipway_lua_packages: for runtime/ and runtime/bind.
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
slipway_find(UTF8PROC libutf8proc 2.6.0 libutf8proc-dev)

# Only headers of curl, libzip, libarchive, zlib, libcrypto and libedit are needed to build: those
# libraries are loaded at their first use, so that a command without them starts at once.
add_library(slipway_core_packages INTERFACE)
target_link_libraries(slipway_core_packages INTERFACE PkgConfig::GIT2 PkgConfig::UTF8PROC ${CMAKE_DL_LIBS} m)
foreach(lazy CURL ZIP ARCHIVE ZLIB CRYPTO EDIT)
    target_include_directories(slipway_core_packages INTERFACE ${${lazy}_INCLUDE_DIRS})
endforeach()

add_library(slipway_lua_packages INTERFACE)
find_library(LUA_CJSON_ARCHIVE NAMES liblua5.4-cjson.a REQUIRED)
target_link_libraries(slipway_lua_packages INTERFACE ${LUA_CJSON_ARCHIVE} PkgConfig::LUA PkgConfig::UTF8PROC m)

# argparse is pure Lua: the installed file is embedded.
find_file(argparse_module NAMES argparse.lua PATHS /usr/share/lua/5.4 /usr/local/share/lua/5.4 NO_DEFAULT_PATH)
if(NOT argparse_module)
    message(FATAL_ERROR "argparse for Lua 5.4 is missing.\n  Debian: apt-get install lua-argparse")
endif()
set(SLIPWAY_EMBED_EXTRA "stdlib/argparse.lua=${argparse_module}")
