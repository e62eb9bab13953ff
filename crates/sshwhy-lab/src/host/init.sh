# Runs as PID 1 of a lab host, in fresh net, mount, pid, uts and ipc namespaces. Arguments: name, lower root, fixtures.
# Builds the host's own file system view, says its process id as the world outside knows it, then waits for the lab to end.
set -eu
name=$1 lower=$2 fixtures=$3
umask 022
# Still the machine's own /proc, so this is the number that nsenter wants.
read -r outer _ < /proc/self/stat
echo "$name" > /proc/sys/kernel/hostname

mount -t tmpfs -o mode=755 lab /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o "lowerdir=$lower,upperdir=/mnt/upper,workdir=/mnt/work" lab /mnt/root
cd /mnt/root
for own in root home run tmp var/log var/tmp dev; do mount -t tmpfs -o mode=755 lab "$own"; done
chmod 700 root
chmod 1777 tmp var/tmp
mount -t proc proc proc
mount -t sysfs sys sys
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty dev/
mkdir dev/pts dev/shm dev/net run/sshd run/lock
cp -a /dev/net/tun dev/net/
chmod 1777 dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts

# The machine's own SSH set-up must not leak in: every host starts from Debian's defaults and the lab's keys.
rm -rf etc/ssh/sshd_config.d etc/ssh/ssh_config.d etc/ssh/ssh_host_* etc/ssh/ssh_known_hosts
mkdir etc/ssh/sshd_config.d etc/ssh/ssh_config.d
cp "$fixtures/$name"/ssh_host_* etc/ssh/
cp "$fixtures/known_hosts" etc/ssh/ssh_known_hosts
cat > etc/ssh/sshd_config <<-'END'
	Include /etc/ssh/sshd_config.d/*.conf
	KbdInteractiveAuthentication no
	UsePAM yes
	X11Forwarding yes
	PrintMotd no
	AcceptEnv LANG LC_*
	Subsystem sftp /usr/lib/openssh/sftp-server
	END
cat > etc/ssh/ssh_config <<-'END'
	Include /etc/ssh/ssh_config.d/*.conf
	Host *
	    SendEnv LANG LC_*
	    HashKnownHosts yes
	    GSSAPIAuthentication yes
	END
for file in hosts.allow hosts.deny resolv.conf nologin; do rm -f "etc/$file"; done
touch etc/hosts.allow etc/hosts.deny etc/resolv.conf
cat > etc/hosts <<-'END'
	127.0.0.1 localhost
	::1 localhost ip6-localhost
	10.77.1.1 router jump
	10.77.1.2 client
	10.77.2.2 server prod
	fd77:2::2 server6
	10.77.2.2 dual
	fd77:2::2 dual
	END
grep -q '^alice:' etc/passwd || {
	echo 'alice:x:1500:1500::/home/alice:/bin/bash' >> etc/passwd
	echo 'alice:x:1500:' >> etc/group
	echo 'alice:*:19000:0:99999:7:::' >> etc/shadow
}
for home in root home/alice; do
	mkdir -p "$home/.ssh"
	cp "$fixtures/user/id_ed25519" "$fixtures/user/id_ed25519.pub" "$home/.ssh/"
	cp "$fixtures/user/id_ed25519.pub" "$home/.ssh/authorized_keys"
	chmod 700 "$home" "$home/.ssh"
	chmod 600 "$home/.ssh/id_ed25519" "$home/.ssh/authorized_keys"
done
chown -R 1500:1500 home/alice

echo 0 > /proc/sys/net/ipv6/conf/all/accept_dad
echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad
ip link set lo up

pivot_root . mnt
cd /
umount -l /mnt
echo "$outer"
# Orphans of this host are reaped by the kernel, because cat ignores SIGCHLD; a trap of this shell would not be inherited.
exec env --ignore-signal=CHLD cat > /dev/null 2>&1
