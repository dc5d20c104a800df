# What an installation has, and the Debian package of it: `cmake --install build`, `cpack -G DEB` in the build folder.
include(GNUInstallDirs)

# The manual's pages and the completions come from the program's own declarations.
set(surroundings "${CMAKE_BINARY_DIR}/surroundings")
set(said_man slipway.1 help --man)
set(said_man_recipe slipway-recipe.5 help --man recipe)
set(said_man_lua slipway-lua.7 help --man lua)
set(said_bash slipway.bash completion bash)
set(said_zsh _slipway completion zsh)
set(said_fish slipway.fish completion fish)
set(all_said)
foreach(said man man_recipe man_lua bash zsh fish)
    list(POP_FRONT said_${said} name)
    add_custom_command(OUTPUT "${surroundings}/${name}"
        COMMAND "${CMAKE_COMMAND}" -E make_directory "${surroundings}"
        COMMAND slipway ${said_${said}} > "${surroundings}/${name}"
        DEPENDS slipway VERBATIM)
    list(APPEND all_said "${surroundings}/${name}")
endforeach()
add_custom_target(surroundings ALL DEPENDS ${all_said})

install(TARGETS slipway RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES "${surroundings}/slipway.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${surroundings}/slipway-recipe.5" DESTINATION "${CMAKE_INSTALL_MANDIR}/man5")
install(FILES "${surroundings}/slipway-lua.7" DESTINATION "${CMAKE_INSTALL_MANDIR}/man7")
install(FILES "${surroundings}/slipway.bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME slipway)
install(FILES "${surroundings}/_slipway" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions")
install(FILES "${surroundings}/slipway.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
# For reading only: the program carries its own, so that a half-upgraded prefix cannot mix versions.
install(DIRECTORY stdlib/meta DESTINATION "${CMAKE_INSTALL_DATADIR}/slipway")
install(DIRECTORY recipes DESTINATION "${CMAKE_INSTALL_DATADIR}/slipway")
install(FILES README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The Slipway authors <slipway@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "release runner: plan, run, resume and undo releases")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded at their first use, so no tool sees that they are needed.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "git, libcurl4, libzip4, libarchive13, zlib1g, libssl3, libedit2, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "openssh-client, gnupg, minisign")
include(CPack)
