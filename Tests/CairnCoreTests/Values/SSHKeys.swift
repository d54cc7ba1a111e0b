/// Keys made with ssh-keygen for these tests alone; their private halves are thrown away.
enum SSHKeys {
    static let ed25519 =
        "ssh-ed25519 " + """
            AAAAC3NzaC1lZDI1NTE5AAAAIJgYFLCDjKfqykaRWOX1kJ4nAuRbkLaEApYPosRwaVrs
            """
    static let rsa =
        "ssh-rsa " + """
            AAAAB3NzaC1yc2EAAAADAQABAAABAQCbrnj2I1IrC8R2KhuqQmJ6i8eBFplEjAUe9/ZxU5QJFck1qvwIcHxebYanFWygmv3xA4Im\
            jgq3FiubBeXw1kTOvo5GKRy0hQZ0Vct9LunhOCqaxUmL5rA509fmn/bpQ/YCcH+4dhP0tZB24+idpWWcL3jm5oOUBohZfWbNB+7s\
            SHjx3j5Vlay2IqNlfaJjz6+tm+Z1KsZFejXZ/O/NUukR+uDNNpY8eULVtWpR/W3j1AqaoC5HzinYyVN/7tf7KMFI03V6d4Z3BEEH\
            SD86feXei2cyPv2HStxWPjFk/nHyk0sGcpiOGo1zT4tMoq8QCLCMIr53gI3hJU/5d3dcl/Tz
            """
    static let nistp256 =
        "ecdsa-sha2-nistp256 " + """
            AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGburI38I5YrFhjSFUz73bhCxX6n/SFDnhFgDDjDcIAPZ3AZ\
            261nRJNgrhOlXY98GNHB2HMIJqBFo14nLFXgjqY=
            """
    static let nistp384 =
        "ecdsa-sha2-nistp384 " + """
            AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBNW4OhE1PPaqW212zBBOKAnHkmLn1wsPIhCghk+QxWNyKWoe\
            YMSgCQ/EsnFzQ4J9U6UrrCDxeIXIxZbmN6ibnC/jJRI8QR54Zthmwzg11XyUtuofnlmAkxxTRW4Ne4Wh7A==
            """
    static let nistp521 =
        "ecdsa-sha2-nistp521 " + """
            AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAAQoljOLWS5pgSAU6+6YBGT7zv6oIuoawSakAteL/Uf+V4h\
            9Y223MyNVL92ALh3gDDVYEF/Mf57APJhFpIoKBXb0gF1qhYWf86jWUgxcjk+wOHEKELUm05LRHKVI5fHphaWZtBF5TZKgar7pOPH\
            LYypM0RP8LL8t13ed6iN/zCsdUib7Q==
            """
    static let shortRSA =
        "ssh-rsa " + """
            AAAAB3NzaC1yc2EAAAADAQABAAAAgQDHvc5OUt6Ko7fw+0RICTHd1GcPtVsLy5GWefz4Sw2P+kiQBGC56QtML7GGARS7nHCDcG0R\
            K90eM81UgNzZJRanAj3yaooJifjdimupYKfu/nymQuCWhAMv2Zc/j9FB8vjPmfTAu8LKJebEvcMEefg84YgQEz/lfkPbnw4TgWP1\
            hw==
            """
    static let dsa =
        "ssh-dss " + """
            AAAAB3NzaC1kc3MAAACBAI1BWJ6QjkP6OoUJ6Ei1POxToHS+YJD9tZso0gUb26EqSTq4SNJTzctGtSd6BawQsSP4CLM1DCv8eghT\
            aFDL1Jw4UO3aCxdfH22HDHHVSlbXVP7Ngaq3uNUZkxY62vbV5Ck/ZooyC2yWcl3sGCeLZUYBLlZUMQlAr+vpv2tzCIPDAAAAFQC8\
            xeulhWoC3ehSNX5vbLeZCFhDSQAAAIBKf1m1rpuuIH/eMKO9iYbYLDmLghPmOIapoSKXvyfyjHjzPxWNm9Xtiq7o+KyKMCfR0+NK\
            Ejc4Rv/0fYMtk+/7Nsq8J8eEL03JjcisU/ErteaSaGcY7l2WV2FGBOE3oe+qQM0YNO2A8P3z5QP3z2fwyyH7yxIT9NIo8GUlPdI5\
            agAAAIB9nhKnF13kQdne0mYrILbGAZDtKHdPi55A9uHhuTbXD69kyrwsY6o7tVYPV5lcszTwC1+/OW5SDt+2C3ljLT1LP57vbffz\
            zyLWNU8s6p4v61gf30NOZcr6VJIh9ZmQA9TeoK6yIzHOIHNRT5guqIkDw/s6kdvvzl5dtW7nj0slbA==
            """

    /// Each with the fingerprint that `ssh-keygen -l` printed.
    static let good = [
        (ed25519, "SHA256:nvZTKqjocUV2PTZA778GE7NdavKUC/nOTiJKjQDxBHM"),
        (rsa, "SHA256:xJegRIEjI3NmGmbswuUiR3/bX/MVn8UNyEVUR3d5iiw"),
        (nistp256, "SHA256:eDpA1Cx35uqiPY1l4++tvtH8j/sz4Kx0EF7/6aem2kg"),
        (nistp384, "SHA256:BDKCNqL0rPHuCLgFQlBkfsNAg1vkXOon5DhDYmHEVCI"),
        (nistp521, "SHA256:mHuksVgsuArJ4NQlpu8Gj1hW37/MqWmsHKx5IZehaAo"),
    ]
}
