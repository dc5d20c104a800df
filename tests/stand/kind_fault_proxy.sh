# fault_proxy UPSTREAM [good|expired|other]: breaks one exchange of HTTP on request (fault_proxy.py); with a second word
# it speaks TLS, with a certificate that is good, has run out, or is for another host.
need python3 python3
port=$(free_port)
upstream=${2:?before which port?} tls=${3:-}
if [ -n "$tls" ]; then
  need openssl openssl
  cd "$dir"
  begin=now end='+30 days' name=localhost
  [ "$tls" != expired ] || { begin='-60 days'; end='-30 days'; }
  [ "$tls" != other ] || name=elsewhere.example
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=slipway-faults -keyout ca.key -out ca.pem 2>>openssl.log
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout server.key -out server.csr 2>>openssl.log
  mkdir certs; : >index; echo 01 >serial
  printf '[ca]\ndefault_ca=a\n[a]\ndatabase=index\nnew_certs_dir=certs\nserial=serial\ndefault_md=sha256\npolicy=p\nx509_extensions=x\nunique_subject=no\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=DNS:%s\n' "$name" >ca.conf
  openssl ca -batch -config ca.conf -cert ca.pem -keyfile ca.key -in server.csr -out server.pem \
    -startdate "$(date -u -d "$begin" +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "$end" +%Y%m%d%H%M%SZ)" 2>>openssl.log
  start fault_proxy python3 "$stand_here/fault_proxy.py" "$port" "$upstream" server.pem server.key
  answers fault_proxy "$port"
  say url "https://localhost:$port"
  say ca "$dir/ca.pem"
else
  start fault_proxy python3 "$stand_here/fault_proxy.py" "$port" "$upstream"
  answers fault_proxy "$port"
  say url "http://127.0.0.1:$port"
fi
