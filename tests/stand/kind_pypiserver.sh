# pypiserver: a Python index of its own kind; uploads need user rel and its password.
[ -x "$pypi_home/bin/pypi-server" ] || absent "pypiserver $pypiserver_version is not built: sh vendor/install servers"
port=$(free_port)
mkdir "$dir/packages"
printf 'rel:%s\n' "$("$pypi_home/bin/python" -c 'import passlib.hash; print(passlib.hash.apr_md5_crypt.hash("s3cretS3cret"))')" >"$dir/htpasswd"
start pypiserver "$pypi_home/bin/pypi-server" run -i 127.0.0.1 -p "$port" -P "$dir/htpasswd" -a update --disable-fallback "$dir/packages"
answers pypiserver "$port"
say url "http://127.0.0.1:$port"
say bin "$pypi_home/bin"
say user rel
say password s3cretS3cret
