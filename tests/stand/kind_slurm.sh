# Slurm on this machine: munge, the controller, two nodes that are both here. Nodes die by their pid: node_a, node_b.
for program in munged:munge slurmctld:slurmctld slurmd:slurmd sbatch:slurm-client; do
  PATH=$PATH:/usr/sbin need "${program%%:*}" "${program##*:}"
done
PATH=$PATH:/usr/sbin
[ "$(id -u)" = 0 ] || absent "Slurm's nodes start programs of others: root is needed"
controller=$(free_port) node_a=$(free_port) node_b=$(free_port)
mkdir -p "$dir/munge" "$dir/state" "$dir/spool_a" "$dir/spool_b" "$dir/shared"
chmod 755 "$dir" "$dir/munge"
chmod 777 "$dir/shared"
head -c 1024 /dev/urandom >"$dir/munge.key"
chmod 400 "$dir/munge.key"
host=$(hostname -s)
cat >"$dir/slurm.conf" <<S
ClusterName=stand
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$controller
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool_%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd_%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdTimeout=6
InactiveLimit=0
KillWait=2
MinJobAge=300
MpiDefault=none
NodeName=a NodeHostname=$host NodeAddr=127.0.0.1 Port=$node_a CPUs=2 RealMemory=512 State=UNKNOWN
NodeName=b NodeHostname=$host NodeAddr=127.0.0.1 Port=$node_b CPUs=2 RealMemory=512 State=UNKNOWN
PartitionName=main Nodes=a,b Default=YES MaxTime=INFINITE State=UP
S
export SLURM_CONF="$dir/slurm.conf"
start munged munged --foreground --force --socket="$dir/munge/socket" --key-file="$dir/munge.key" --pid-file="$dir/munge/pid" \
  --log-file="$dir/munge/log" --seed-file="$dir/munge/seed"
for _ in 1 2 3 4 5 6 7 8 9 10; do [ ! -S "$dir/munge/socket" ] || break; sleep 0.2; done
start slurmctld slurmctld -D -f "$dir/slurm.conf"
answers slurmctld "$controller"
start slurmd_a slurmd -D -N a -f "$dir/slurm.conf"
say node_a_pid "$!"
start slurmd_b slurmd -D -N b -f "$dir/slurm.conf"
say node_b_pid "$!"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ "$(sinfo -h -o '%T' 2>/dev/null | sort -u)" != idle ] || break
  sleep 0.5
done
say conf "$dir/slurm.conf"
say shared "$dir/shared"
