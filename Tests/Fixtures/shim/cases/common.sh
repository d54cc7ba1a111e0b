# shellcheck shell=bash disable=SC2016 # the scripts are for another shell
# core/common/functions

same "reading is silent" "" ':'
same dokku_log_info1 '-----> a  b c' 'dokku_log_info1 "a  b" c'
same dokku_log_info2 '=====> a' 'dokku_log_info2 a'
same dokku_log_verbose '       -n a' 'dokku_log_verbose -n a'
same dokku_log_exclaim ' !     a' 'dokku_log_exclaim a 2>/dev/null'
same dokku_log_warn '' 'dokku_log_warn a 2>/dev/null'
same "dokku_log_warn goes to the error stream" ' !     a' 'dokku_log_warn a >/dev/null'
differs dokku_log_fail 1 ' !     no luck' 'dokku_log_fail no luck; echo after'
differs "dokku_log_fail with a status" 7 ' !     x' 'DOKKU_FAIL_EXIT_CODE=7 dokku_log_fail x'
same "quiet forms" $'-----> a\n=====> b\n       c' \
    'dokku_log_info1_quiet a; dokku_log_info2_quiet b; dokku_log_verbose_quiet c'
same "quiet forms are quiet" '' 'export DOKKU_QUIET_OUTPUT=1
    dokku_log_info1_quiet a; dokku_log_info2_quiet b; dokku_log_verbose_quiet c; dokku_col_log_info1_quiet a b'
same dokku_col_log_info1_quiet '-----> App Name           Container Type' 'dokku_col_log_info1_quiet "App Name" "Container Type"'
same dokku_col_log_msg 'web                       two' 'dokku_col_log_msg web two'
same "verify_app_name, there" '' 'verify_app_name web'
differs "verify_app_name, not there" 20 ' !     App nope does not exist' 'verify_app_name nope'
differs "verify_app_name, empty" 20 ' !     Please specify an app to run the command on' 'verify_app_name ""'
differs "verify_app_name, invalid" 20 \
    ' !     App name (../web) must begin with a lowercase letter or digit, and may only hold those, dots and hyphens' \
    'verify_app_name ../web'
same dokku_apps $'bare\nweb' 'dokku_apps'
same "dokku_apps false" $'bare\nweb' 'dokku_apps false'
same "dokku_apps is filtered" 'web' 'mkdir "$PLUGIN_ENABLED_PATH/acl"
    printf "#!/bin/sh\necho web\n" >"$PLUGIN_ENABLED_PATH/acl/user-auth-app"; chmod +x "$PLUGIN_ENABLED_PATH/acl/user-auth-app"
    dokku_apps'
differs "dokku_apps, none" 1 " !     You haven't deployed any applications yet" 'rm -rf "$DOKKU_ROOT"/{web,bare}; dokku_apps'
same is_deployed 'no' 'is_deployed web; is_deployed bare || echo no'
same fn-in-array 'no' 'fn-in-array b a b c; fn-in-array d a b c || echo no'
same "fn-in-array, nothing" 'no' 'fn-in-array a || echo no'
same has_tty 'no' 'has_tty || echo no; DOKKU_FORCE_TTY=true has_tty'
same "suppress_output, success" '' 'suppress_output echo hidden'
differs "suppress_output, failure" 3 $'shown\nloudly' 'suppress_output bash -c "echo shown; echo loudly >&2; exit 3"'
same "suppress_output keeps the shell" 'set' 'f() { x=set; }; suppress_output f; echo "$x"'
same dokku_container_log_verbose_quiet $'       one\n       two' 'dokku_container_log_verbose_quiet known'
same is_container_status 'no no' 'is_container_status known Running
    is_container_status known Paused || printf "no "; is_container_status gone Running || echo no'
same get_app_image_repo 'dokku/web' 'get_app_image_repo web'
same get_app_image_name $'dokku/web:latest\ndokku/web:blue\nregistry/own:7' \
    'get_app_image_name web; get_app_image_name web blue; get_app_image_name web 7 registry/own'
differs "get_app_image_name, no such tag" 1 ' !     App image (dokku/web:red) not found' 'get_app_image_name web red'
same get_deploying_app_image_name 'dokku/web:latest' 'get_deploying_app_image_name web'
same "get_deploying_app_image_name, decided by a plugin" 'registry/own:7' 'mkdir "$PLUGIN_ENABLED_PATH/own"
    for answer in repository=registry/ image-repo=own image-tag=7; do
        printf "#!/bin/sh\nprintf %s\n" "${answer#*=}" >"$PLUGIN_ENABLED_PATH/own/deployed-app-${answer%%=*}"
    done
    chmod +x "$PLUGIN_ENABLED_PATH"/own/*; get_deploying_app_image_name web'
differs "get_deploying_app_image_name, not there" 1 ' !     App image (dokku/bare:latest) not found' \
    'get_deploying_app_image_name bare'
same get_running_image_tag $'latest\nblue' 'get_running_image_tag web; get_running_image_tag web blue'
same get_app_scheduler 'docker-local' 'get_app_scheduler web'
same is_image_herokuish_based 'no' 'is_image_herokuish_based dokku/web:latest web; is_image_herokuish_based other web || echo no'
same is_image_cnb_based 'no' 'is_image_cnb_based cnb; is_image_cnb_based other || echo no'
same copy_from_image $'content\nno\nrm --force temporary\nrm --force temporary' 'rm -f "$FAKE_ROOT/docker.log"
    APP=web; copy_from_image dokku/web:latest there "$FAKE_ROOT/copy"; cat "$FAKE_ROOT/copy"
    copy_from_image dokku/web:latest gone "$FAKE_ROOT/copy" || echo no; cat "$FAKE_ROOT/docker.log"'
same strip_inline_comments 'a b' 'strip_inline_comments "a b   # c # d"'
same dokku_version 'dokku version 0.38.27' 'dokku_version'
same get_available_port 'yes' 'port=$(get_available_port); ((port > 1024 && port < 65536)) && echo yes'
same is_app_proxy_enabled 'no' 'is_app_proxy_enabled web; is_app_proxy_enabled bare || echo no'
