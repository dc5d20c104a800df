# OpenSSH's server; the caller's own account, a key made for this start.
[ -x /usr/sbin/sshd ] || absent "sshd is missing: apt-get install openssh-server"
need ssh-keygen openssh-client
port=$(free_port)
mkdir "$dir/repos"
cd "$dir"
ssh-keygen -q -t ed25519 -N '' -C host -f host
ssh-keygen -q -t ed25519 -N '' -C rel -f id
cp id.pub authorized_keys
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd # where sshd wants to confine its child
cat >sshd_config <<S
Port $port
ListenAddress 127.0.0.1
HostKey $dir/host
PidFile $dir/sshd.pid
AuthorizedKeysFile $dir/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
MaxStartups 100
S
host_key=$(cut -d' ' -f1,2 host.pub)
printf '[localhost]:%s %s\n[127.0.0.1]:%s %s\n' "$port" "$host_key" "$port" "$host_key" >known_hosts
start sshd /usr/sbin/sshd -D -e -f "$dir/sshd_config"
answers sshd "$port"
say repos "$dir/repos"
say url "ssh://$(id -un)@127.0.0.1:$port$dir/repos"
say port "$port"
say key "$dir/id"
say known_hosts "$dir/known_hosts"
say command "ssh -F none -i $dir/id -o IdentitiesOnly=yes -o IdentityAgent=none -o UserKnownHostsFile=$dir/known_hosts -o StrictHostKeyChecking=yes -o BatchMode=yes"
