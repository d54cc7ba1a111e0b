# shellcheck shell=bash
# Sourced before every process of the app: a heap that fits the memory of the container, unless the app says otherwise.
# Beside the heap a JVM needs room for classes, compiled code, threads and buffers: a small container leaves more of it.

cairn_memory_limit() {
    local file bytes
    for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
        [ -r "$file" ] || continue
        read -r bytes <"$file"
        # The first version of cgroups writes a huge number for "no limit", the second a word.
        case $bytes in
            '' | *[!0-9]*) ;;
            *) [ "$bytes" -ge 1125899906842624 ] || echo $((bytes / 1048576)) ;;
        esac
        return
    done
}

cairn_java_options() {
    local limit
    limit=$(cairn_memory_limit)
    case " ${JAVA_TOOL_OPTIONS:-} ${JAVA_OPTS:-} " in
        *' -Xmx'* | *' -XX:MaxRAM'*) limit= ;;
    esac
    if [ -z "$limit" ]; then
        # Without a limit the JVM's own rule holds: a quarter of the machine.
        echo "-Dfile.encoding=UTF-8"
    elif [ "$limit" -le 512 ]; then
        echo "-XX:MaxRAMPercentage=55 -Xss512k -XX:CICompilerCount=2 -Dfile.encoding=UTF-8"
    elif [ "$limit" -le 1024 ]; then
        echo "-XX:MaxRAMPercentage=65 -Dfile.encoding=UTF-8"
    else
        echo "-XX:MaxRAMPercentage=75 -Dfile.encoding=UTF-8"
    fi
}

# What the app sets comes last, and so wins.
JAVA_TOOL_OPTIONS="$(cairn_java_options)${JAVA_TOOL_OPTIONS:+ $JAVA_TOOL_OPTIONS}"
export JAVA_TOOL_OPTIONS
unset -f cairn_memory_limit cairn_java_options
