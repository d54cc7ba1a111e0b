// libgit2 on demand; its own functions are called by their own names, from its own header.
#pragma once

#include <stddef.h>

/// The file name of the library that is loaded: that of the version whose header this was built with.
const char *cairn_libgit2_soname(void);

/// Loads the library. To be called before any of its functions.
/// Returns NULL, or why the library could not be loaded.
const char *cairn_libgit2_load(void);

int cairn_git_set_cache_max_size(ptrdiff_t bytes);
int cairn_git_set_mwindow_size(size_t bytes);
int cairn_git_set_mwindow_mapped_limit(size_t bytes);
int cairn_git_set_strict_hash_verification(int enabled);
int cairn_git_set_owner_validation(int enabled);
