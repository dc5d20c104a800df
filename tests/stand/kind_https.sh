# https with a certificate authority of its own, a user and a password: nginx before git-http-backend.
need nginx nginx-light
need fcgiwrap fcgiwrap
need openssl openssl
port=$(free_port)
mkdir "$dir/repos" "$dir/nginx"
cd "$dir"
key() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "$@" 2>>openssl.log; }
key -x509 -days 30 -subj /CN=slipway-stand -keyout ca.key -out ca.pem
key -subj /CN=localhost -keyout server.key -out server.csr
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >names
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile names \
  -out server.pem 2>>openssl.log
printf 'rel:%s\n' "$(openssl passwd -apr1 s3cret-word)" >passwords

user=''
[ "$(id -u)" != 0 ] || user='user root;'
cat >nginx.conf <<N
$user worker_processes 1; daemon off; pid $dir/nginx/pid; error_log $dir/nginx/error.log;
events { worker_connections 64; }
http {
  access_log $dir/nginx/access.log; client_max_body_size 0;
  client_body_temp_path $dir/nginx/b; proxy_temp_path $dir/nginx/p; fastcgi_temp_path $dir/nginx/f;
  uwsgi_temp_path $dir/nginx/u; scgi_temp_path $dir/nginx/s;
  server {
    listen 127.0.0.1:$port ssl; ssl_certificate $dir/server.pem; ssl_certificate_key $dir/server.key;
    auth_basic git; auth_basic_user_file $dir/passwords;
    location / {
      fastcgi_pass unix:$dir/fcgi.sock; fastcgi_buffering off; fastcgi_request_buffering off;
      fastcgi_param SCRIPT_FILENAME $(git --exec-path)/git-http-backend;
      fastcgi_param GIT_PROJECT_ROOT $dir/repos; fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_param PATH_INFO \$uri; fastcgi_param REMOTE_USER \$remote_user;
      fastcgi_param REMOTE_ADDR \$remote_addr; fastcgi_param REQUEST_METHOD \$request_method;
      fastcgi_param QUERY_STRING \$query_string; fastcgi_param CONTENT_TYPE \$content_type;
      fastcgi_param CONTENT_LENGTH \$content_length; fastcgi_param HTTP_CONTENT_ENCODING \$http_content_encoding;
      fastcgi_param HTTP_GIT_PROTOCOL \$http_git_protocol; fastcgi_param SERVER_PROTOCOL \$server_protocol;
    }
  }
}
N
start fcgiwrap fcgiwrap -f -s "unix:$dir/fcgi.sock"
start nginx nginx -e "$dir/nginx/error.log" -p "$dir/nginx" -c "$dir/nginx.conf"
answers nginx "$port"
say repos "$dir/repos"
say url "https://localhost:$port"
say port "$port"
say ca "$dir/ca.pem"
say user rel
say password s3cret-word
