import CLibgit2

extension Repository {
    /// The commit (or other object) that a revision names: a full or abbreviated id, `refs/heads/x`, a branch or a tag.
    /// `nil` when there is no such thing. The text is only ever data, never an option of a program.
    public func resolve(_ revision: String) throws -> ObjectID? {
        // ':/text' would search all of history with a regular expression.
        guard !revision.isEmpty, !revision.utf8.contains(0), !revision.hasPrefix(":"), !revision.hasPrefix("-") else {
            return nil
        }
        var object: OpaquePointer?
        switch git_revparse_single(&object, pointer, revision) {
        case GIT_ENOTFOUND.rawValue, GIT_EINVALIDSPEC.rawValue: return nil
        case let result: try check(result)
        }
        defer { git_object_free(object) }
        return git_object_id(object).map { ObjectID($0) }
    }

    /// What the reference with this full name points to, through symbolic references; `nil` when it does not exist.
    public func reference(_ name: String) throws -> ObjectID? {
        var oid = git_oid()
        switch git_reference_name_to_id(&oid, pointer, name) {
        case GIT_ENOTFOUND.rawValue, GIT_EINVALIDSPEC.rawValue: return nil
        case let result: try check(result)
        }
        return ObjectID(oid)
    }

    /// Every direct reference, sorted by name.
    public func references() throws -> [(name: String, id: ObjectID)] {
        var iterator: OpaquePointer?
        try check(git_reference_iterator_new(&iterator, pointer))
        defer { git_reference_iterator_free(iterator) }
        var result: [(name: String, id: ObjectID)] = []
        var reference: OpaquePointer?
        while true {
            let status = git_reference_next(&reference, iterator)
            if status == GIT_ITEROVER.rawValue { break }
            try check(status)
            defer { git_reference_free(reference) }
            guard let target = git_reference_target(reference) else { continue }
            result.append((String(cString: git_reference_name(reference)), ObjectID(target)))
        }
        return result.sorted { $0.name < $1.name }
    }

    /// Whether nothing has ever been pushed: no reference exists.
    public var isEmpty: Bool {
        get throws { try references().isEmpty }
    }

    /// Lets the reference point to an object, whatever it pointed to before.
    ///
    /// - Parameters:
    ///   - name: A full name, such as `refs/heads/main`.
    ///   - id: What it shall point to.
    ///   - message: What the reflog says, where there is one.
    /// - Throws: `GitError`, `.invalidSpecification` for a name that git does not allow.
    public func setReference(_ name: String, to id: ObjectID, message: String = "cairn") throws {
        var oid = id.oid
        var reference: OpaquePointer?
        try check(git_reference_create(&reference, pointer, name, &oid, 1, message))
        git_reference_free(reference)
    }

    /// Lets the reference point to another object, unless somebody else has moved it meanwhile.
    ///
    /// - Parameters:
    ///   - name: A full name, such as `refs/heads/main`.
    ///   - old: Where it is believed to point.
    ///   - new: What it shall point to.
    /// - Throws: `GitError` when it points elsewhere.
    public func moveReference(_ name: String, from old: ObjectID, to new: ObjectID, message: String = "cairn") throws {
        var (oldID, newID) = (old.oid, new.oid)
        var reference: OpaquePointer?
        try check(git_reference_create_matching(&reference, pointer, name, &newID, 1, &oldID, message))
        git_reference_free(reference)
    }

    /// Whether a commit contains another one: is that commit, or has it in its history. A commit that is not here is
    /// contained in none.
    public func isDescendant(_ commit: ObjectID, of ancestor: ObjectID) throws -> Bool {
        if commit == ancestor { return true }
        guard try contains(ancestor) else { return false }
        var (commitID, ancestorID) = (commit.oid, ancestor.oid)
        let result = git_graph_descendant_of(pointer, &commitID, &ancestorID)
        try check(result)
        return result == 1
    }

    /// Removes the reference; one that does not exist is no error.
    public func removeReference(_ name: String) throws {
        let result = git_reference_remove(pointer, name)
        if result != GIT_ENOTFOUND.rawValue { try check(result) }
    }

    /// Lets `HEAD` name a branch, which need not exist yet.
    public func setHead(toBranch branch: String) throws {
        try check(git_repository_set_head(pointer, "refs/heads/\(branch)"))
    }

    /// The full name of the branch that `HEAD` names, such as `refs/heads/main`; `nil` when it names a commit.
    public func headReference() throws -> String? {
        var reference: OpaquePointer?
        try check(git_reference_lookup(&reference, pointer, "HEAD"))
        defer { git_reference_free(reference) }
        return git_reference_symbolic_target(reference).map { String(cString: $0) }
    }
}
