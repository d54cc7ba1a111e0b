# shellcheck shell=bash disable=SC2016 # the scripts are for another shell
# core/common/property-functions

same fn-plugin-property-setup '755' 'fn-plugin-property-setup color; stat -c %a "$DOKKU_LIB_ROOT/config/color"'
same "properties are files" $'light  blue\n600' 'fn-plugin-property-write color web hue "light  blue"
    cat "$DOKKU_LIB_ROOT/config/color/web/hue"; echo; stat -c %a "$DOKKU_LIB_ROOT/config/color/web/hue"'
same fn-plugin-property-get $'blue\nnone\n[]' 'fn-plugin-property-write color web hue blue
    fn-plugin-property-get color web hue none; fn-plugin-property-get color web other none; printf "[%s]" "$(fn-plugin-property-get color web other)"'
same fn-plugin-property-get-default 'none' 'fn-plugin-property-get-default color --global hue none'
same fn-plugin-property-delete 'gone' 'fn-plugin-property-write color web hue blue; fn-plugin-property-delete color web hue
    fn-plugin-property-delete color web hue; fn-plugin-property-get color web hue gone'
same fn-plugin-property-destroy 'no blue' 'fn-plugin-property-write color web hue blue; fn-plugin-property-write color bare hue blue
    fn-plugin-property-destroy color web; fn-plugin-property-destroy color nobody
    fn-plugin-property-exists color web hue || printf "no "; fn-plugin-property-get color bare hue'
same "destroying without a name destroys nothing" $' !     \'\' is not the name of a property, an app or a plugin\nblue' \
    'fn-plugin-property-write color web hue blue; fn-plugin-property-destroy color "" || true; fn-plugin-property-get color web hue'
same "names lead nowhere else" $' !     \'..\' is not the name of a property, an app or a plugin\nno' \
    'fn-plugin-property-write color .. hue blue || echo no'
same fn-plugin-property-clone 'blue' 'fn-plugin-property-write color web hue blue; fn-plugin-property-clone color web copy
    fn-plugin-property-clone color nobody copy; fn-plugin-property-get color copy hue'
same fn-plugin-property-exists 'no' 'fn-plugin-property-write color web hue blue; fn-plugin-property-exists color web hue
    fn-plugin-property-exists color web other || echo no'
same fn-plugin-property-get-all $'hue light blue\ntone dark' 'fn-plugin-property-write color web tone dark
    fn-plugin-property-write color web hue "light blue"; fn-plugin-property-get-all color web; fn-plugin-property-get-all color bare'
same fn-plugin-property-list-add $'zero\none\ntwo  and\nthree' 'l() { fn-plugin-property-list-add color web l "$@"; }
    l one; l three; l "two  and" 2; l zero 1; fn-plugin-property-list-get color web l'
same fn-plugin-property-list-remove $'a\nc' 'for i in a b c; do fn-plugin-property-list-add color web l $i; done
    fn-plugin-property-list-remove color web l b; fn-plugin-property-list-remove color web l x; fn-plugin-property-list-get color web l'
same "a list without items is no file" '0 no' 'fn-plugin-property-list-add color web l a; fn-plugin-property-list-remove color web l a
    printf "%s " "$(fn-plugin-property-list-length color web l)"; fn-plugin-property-exists color web l || echo no'
same fn-plugin-property-list-get-by-value 'b no' 'for i in a b; do fn-plugin-property-list-add color web l $i; done
    printf "%s " "$(fn-plugin-property-list-get-by-value color web l b)"; fn-plugin-property-list-get-by-value color web l c || echo no'
same fn-plugin-property-list-get-by-index 'b no' 'for i in a b; do fn-plugin-property-list-add color web l $i; done
    printf "%s " "$(fn-plugin-property-list-get-by-index color web l 1)"; fn-plugin-property-list-get-by-index color web l 2 || echo no'
same fn-plugin-property-list-length '2' 'for i in a b; do fn-plugin-property-list-add color web l $i; done
    fn-plugin-property-list-length color web l'
same fn-plugin-property-list-remove-by-prefix 'other' 'for i in --link=a --link=b other; do fn-plugin-property-list-add color web l $i; done
    fn-plugin-property-list-remove-by-prefix color web l --link; fn-plugin-property-list-get color web l'
