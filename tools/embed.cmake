# staffroom_embed(target folder pattern namespace name): makes `namespace::name()`, a list of
# (file name, text) of the files, declared in base/embedded.h, from files that match the pattern.
function(staffroom_embed target folder pattern namespace name)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/${pattern})
  list(SORT files)
  set(out ${CMAKE_BINARY_DIR}/embedded/${namespace}_${name}.cpp)
  add_custom_command(
    OUTPUT ${out}
    COMMAND python3 ${CMAKE_SOURCE_DIR}/tools/embed.py ${out} ${namespace} ${name} ${files}
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/tools/embed.py
    COMMENT "Embedding ${namespace}::${name}")
  get_target_property(kind ${target} TYPE)
  if(NOT kind STREQUAL "INTERFACE_LIBRARY")
    target_sources(${target} PRIVATE ${out})
    set_source_files_properties(${out} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()
