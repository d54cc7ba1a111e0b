// libgit2 brings fifteen more libraries along, for transports that are never used here. Loading them takes 2 ms, of the 7
// that a short command runs, and most commands never look into a repository. So nothing here is linked to libgit2: each
// function that is used is defined below under its own name, and loads the library when the first of them is called.
// The definitions are checked against libgit2's header; one that is missing makes the linker keep the library.

#include "libgit2_loader.h"

#include <dlfcn.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>

const char *cairn_libgit2_soname(void) { return "libgit2.so." LIBGIT2_SOVERSION; }

static void *handle(void) {
    static void *opened;
    void *library = __atomic_load_n(&opened, __ATOMIC_ACQUIRE);
    if (library == NULL) {
        // Two threads may get here at once: they open the same library.
        library = dlopen(cairn_libgit2_soname(), RTLD_NOW | RTLD_LOCAL);
        __atomic_store_n(&opened, library, __ATOMIC_RELEASE);
    }
    return library;
}

const char *cairn_libgit2_load(void) { return handle() == NULL ? dlerror() : NULL; }

// `cairn_libgit2_load` has been called before, so what fails here is a library that is not what its name says.
static void *resolve(const char *name) {
    void *library = handle();
    void *symbol = library == NULL ? NULL : dlsym(library, name);
    if (symbol == NULL) {
        fprintf(stderr, " !     %s has no %s: it is not the library that this program was built for\n",
            cairn_libgit2_soname(), name);
        abort();
    }
    return symbol;
}

#define RESOLVED(name)                                                                                                 \
    ({                                                                                                                 \
        static void *symbol;                                                                                           \
        void *found = __atomic_load_n(&symbol, __ATOMIC_RELAXED);                                                      \
        if (found == NULL) {                                                                                           \
            found = resolve(#name);                                                                                    \
            __atomic_store_n(&symbol, found, __ATOMIC_RELAXED);                                                        \
        }                                                                                                              \
        (__typeof__(&name))found;                                                                                      \
    })

#define FORWARD(result, name, parameters, arguments)                                                                   \
    result name parameters { return RESOLVED(name) arguments; }

FORWARD(const void *, git_blob_rawcontent, (const git_blob *blob), (blob))
FORWARD(git_object_size_t, git_blob_rawsize, (const git_blob *blob), (blob))
FORWARD(const git_signature *, git_commit_author, (const git_commit *commit), (commit))
FORWARD(const git_oid *, git_commit_id, (const git_commit *commit), (commit))
FORWARD(const char *, git_commit_message, (const git_commit *commit), (commit))
FORWARD(const char *, git_commit_summary, (git_commit *commit), (commit))
FORWARD(git_time_t, git_commit_time, (const git_commit *commit), (commit))
FORWARD(const git_oid *, git_commit_tree_id, (const git_commit *commit), (commit))
FORWARD(void, git_config_free, (git_config *cfg), (cfg))
FORWARD(int, git_config_set_string, (git_config *cfg, const char *name, const char *value), (cfg, name, value))
FORWARD(const git_error *, git_error_last, (void), ())
FORWARD(int, git_graph_descendant_of,
    (git_repository *repo, const git_oid *commit, const git_oid *ancestor),
    (repo, commit, ancestor))
FORWARD(int, git_libgit2_init, (void), ())
FORWARD(void, git_object_free, (git_object *object), (object))
FORWARD(const git_oid *, git_object_id, (const git_object *obj), (obj))
FORWARD(int, git_object_lookup,
    (git_object **object, git_repository *repo, const git_oid *id, git_object_t type),
    (object, repo, id, type))
FORWARD(int, git_object_peel,
    (git_object **peeled, const git_object *object, git_object_t target_type),
    (peeled, object, target_type))
FORWARD(int, git_odb_exists, (git_odb *db, const git_oid *id), (db, id))
FORWARD(void, git_odb_free, (git_odb *db), (db))
FORWARD(int, git_odb_read_header,
    (size_t *len_out, git_object_t *type_out, git_odb *db, const git_oid *id),
    (len_out, type_out, db, id))
FORWARD(int, git_oid_fromraw, (git_oid *out, const unsigned char *raw), (out, raw))
FORWARD(int, git_reference_create,
    (git_reference **out, git_repository *repo, const char *name, const git_oid *id, int force, const char *log_message),
    (out, repo, name, id, force, log_message))
FORWARD(int, git_reference_create_matching,
    (git_reference **out, git_repository *repo, const char *name, const git_oid *id, int force, const git_oid *current_id, const char *log_message),
    (out, repo, name, id, force, current_id, log_message))
FORWARD(void, git_reference_free, (git_reference *ref), (ref))
FORWARD(void, git_reference_iterator_free, (git_reference_iterator *iter), (iter))
FORWARD(int, git_reference_iterator_new, (git_reference_iterator **out, git_repository *repo), (out, repo))
FORWARD(int, git_reference_lookup, (git_reference **out, git_repository *repo, const char *name), (out, repo, name))
FORWARD(const char *, git_reference_name, (const git_reference *ref), (ref))
FORWARD(int, git_reference_name_to_id, (git_oid *out, git_repository *repo, const char *name), (out, repo, name))
FORWARD(int, git_reference_next, (git_reference **out, git_reference_iterator *iter), (out, iter))
FORWARD(int, git_reference_remove, (git_repository *repo, const char *name), (repo, name))
FORWARD(const char *, git_reference_symbolic_target, (const git_reference *ref), (ref))
FORWARD(const git_oid *, git_reference_target, (const git_reference *ref), (ref))
FORWARD(int, git_repository_config, (git_config **out, git_repository *repo), (out, repo))
FORWARD(void, git_repository_free, (git_repository *repo), (repo))
FORWARD(int, git_repository_init_ext,
    (git_repository **out, const char *repo_path, git_repository_init_options *opts),
    (out, repo_path, opts))
FORWARD(int, git_repository_init_options_init,
    (git_repository_init_options *opts, unsigned int version),
    (opts, version))
FORWARD(int, git_repository_odb, (git_odb **out, git_repository *repo), (out, repo))
FORWARD(int, git_repository_open_bare, (git_repository **out, const char *bare_path), (out, bare_path))
FORWARD(int, git_repository_open_ext,
    (git_repository **out, const char *path, unsigned int flags, const char *ceiling_dirs),
    (out, path, flags, ceiling_dirs))
FORWARD(const char *, git_repository_path, (const git_repository *repo), (repo))
FORWARD(int, git_repository_set_head, (git_repository *repo, const char *refname), (repo, refname))
FORWARD(int, git_revparse_single, (git_object **out, git_repository *repo, const char *spec), (out, repo, spec))
FORWARD(const git_tree_entry *, git_tree_entry_byindex, (const git_tree *tree, size_t idx), (tree, idx))
FORWARD(int, git_tree_entry_bypath,
    (git_tree_entry **out, const git_tree *root, const char *path),
    (out, root, path))
FORWARD(git_filemode_t, git_tree_entry_filemode, (const git_tree_entry *entry), (entry))
FORWARD(void, git_tree_entry_free, (git_tree_entry *entry), (entry))
FORWARD(const git_oid *, git_tree_entry_id, (const git_tree_entry *entry), (entry))
FORWARD(const char *, git_tree_entry_name, (const git_tree_entry *entry), (entry))
FORWARD(size_t, git_tree_entrycount, (const git_tree *tree), (tree))
FORWARD(void, git_tree_free, (git_tree *tree), (tree))

// `git_libgit2_opts` takes variable arguments, which Swift does not import: one function for each option in use.

int cairn_git_set_cache_max_size(ptrdiff_t bytes) {
    return RESOLVED(git_libgit2_opts)(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)bytes);
}

int cairn_git_set_mwindow_size(size_t bytes) { return RESOLVED(git_libgit2_opts)(GIT_OPT_SET_MWINDOW_SIZE, bytes); }

int cairn_git_set_mwindow_mapped_limit(size_t bytes) {
    return RESOLVED(git_libgit2_opts)(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, bytes);
}

int cairn_git_set_strict_hash_verification(int enabled) {
    return RESOLVED(git_libgit2_opts)(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

int cairn_git_set_owner_validation(int enabled) {
    return RESOLVED(git_libgit2_opts)(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}
