# What `cmake --install` puts where, and what CPack makes of it: the component `program` (the package heapdiff) and the
# component `library` (the package libheapdiff-dev). docs: apps/docs/library.md, apps/release/README.md.

# The program, its man page and its completions.
install(TARGETS heapdiff RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
set(help ${PROJECT_BINARY_DIR}/apps/help)
install(FILES ${help}/heapdiff.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${help}/heapdiff DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
# Debian's zsh looks for packages' completions in vendor-completions, others in site-functions.
set(HEAPDIFF_ZSH_FOLDER ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "Where zsh finds completions")
install(FILES ${help}/_heapdiff DESTINATION ${HEAPDIFF_ZSH_FOLDER} COMPONENT program)
install(FILES ${help}/heapdiff.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/heapdiff RENAME copyright COMPONENT program)

# The libraries: headers below include/heapdiff/, archives, targets heapdiff::snapshot, heapdiff::diff, heapdiff::reports.
set(libraries heapdiff_snapshot heapdiff_diff heapdiff_reports)
if(HEAPDIFF_STATIC)
  list(APPEND libraries heapdiff_fmt)
endif()
install(TARGETS ${libraries} EXPORT heapdiffTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
foreach(room IN ITEMS libsnapshot libdiff reports)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${room}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/version.h.in ${PROJECT_BINARY_DIR}/include/heapdiff/version.h @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/include/heapdiff/version.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/heapdiff COMPONENT library)
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/heapdiff)
install(EXPORT heapdiffTargets NAMESPACE heapdiff:: DESTINATION ${config_folder} COMPONENT library)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/heapdiff-config.cmake.in
  ${PROJECT_BINARY_DIR}/heapdiff-config.cmake INSTALL_DESTINATION ${config_folder})
# Below 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/heapdiff-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/heapdiff-config.cmake ${PROJECT_BINARY_DIR}/heapdiff-config-version.cmake
  DESTINATION ${config_folder} COMPONENT library)
set(pc_fmt fmt)
set(pc_libs "-lheapdiff_reports -lheapdiff_diff -lheapdiff_snapshot")
if(HEAPDIFF_STATIC)
  set(pc_fmt "")
  string(APPEND pc_libs " -lheapdiff_fmt")
endif()
file(RELATIVE_PATH pc_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${CMAKE_CURRENT_LIST_DIR}/heapdiff.pc.in ${PROJECT_BINARY_DIR}/heapdiff.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/heapdiff.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)

# Packages: `cpack -G DEB` in the build folder.
set(CPACK_PACKAGE_NAME heapdiff)
set(CPACK_PACKAGE_VENDOR "the heapdiff authors")
set(CPACK_PACKAGE_CONTACT "the heapdiff authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME heapdiff)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "${PROJECT_DESCRIPTION}
 Reads two or more snapshots of one process and says whether its heap leaks,
 how fast, which object holds the growth, and which line stores it there.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libheapdiff-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "C++ library of heapdiff
 Headers and archives: load a heap snapshot, its classes, dominators and
 retained sizes; compare two; find what leaks in a series; write reports.")
set(library_depends "zlib1g-dev, libzstd-dev, libxxhash-dev, libre2-dev")
if(HEAPDIFF_STATIC)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "")
else()
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
  string(APPEND library_depends ", libfmt-dev")
endif()
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "${library_depends}")
include(CPack)
