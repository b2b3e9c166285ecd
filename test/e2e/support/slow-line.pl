#!/usr/bin/perl
# Runs a command behind a slow or lossy line: slow-line.pl ROUND-TRIP-MS LOSS-PERCENT COMMAND...
# The command gets a network namespace whose only way out is a pair of tunnel devices, and every packet between them passes
# here, each way. Kernels without the netem queue can do this too. Needs root, /dev/net/tun and iproute2.
use strict;
use warnings;
use Fcntl;
use Time::HiRes qw(time);

my ($round_trip_ms, $loss_percent, @command) = @ARGV;
die "usage: slow-line.pl ROUND-TRIP-MS LOSS-PERCENT COMMAND...\n" unless @command;
my $delay = $round_trip_ms / 2000;
# Two of the second kind would share a network.
my $net = $$ % 250;
my ($inner, $outer) = ("line$$-in", "line$$-out");
my ($inside, $outside) = (tunnel($inner), tunnel($outer));

pipe(my $ready, my $tell_ready) or die "pipe: $!";
pipe(my $go, my $tell_go) or die "pipe: $!";
my $child = fork() // die "fork: $!";
if ($child == 0) {
  my $script = 'echo >&"$1"; read _ <&"$2"; ip link set lo up; ip address add 10.254.'.$net.'.2/30 dev '.$inner
    .'; ip link set '.$inner.' up; ip route add default via 10.254.'.$net.'.1; shift 2; exec "$@"';
  fcntl($_, F_SETFD, 0) for ($tell_ready, $go);
  exec 'unshare', '--net', 'sh', '-c', $script, 'sh', fileno($tell_ready), fileno($go), @command;
  die "unshare: $!";
}
close $tell_ready;
close $go;
readline $ready;
run('ip', 'link', 'set', $inner, 'netns', $child);
run('ip', 'address', 'add', "10.254.$net.1/30", 'dev', $outer);
run('ip', 'link', 'set', $outer, 'up');
# Also for a command that was stopped from outside.
$SIG{$_} = sub { kill TERM => $child } for qw(INT TERM);
print {$tell_go} "\n";
close $tell_go;
exit carry();

# 0x1001 is IFF_TUN | IFF_NO_PI, 0x400454ca TUNSETIFF (linux/if_tun.h).
sub tunnel {
  my ($name) = @_;
  sysopen(my $device, '/dev/net/tun', O_RDWR) or die "/dev/net/tun: $!\n";
  my $request = pack('a16 s x22', $name, 0x1001);
  ioctl($device, 0x400454ca, $request) or die "TUNSETIFF: $!\n";
  return $device;
}

sub run {
  system(@_) == 0 or die "@_ failed\n";
}

# Packets of both directions wait in the order they came, since all wait equally long.
sub carry {
  my @waiting;
  while (1) {
    if (waitpid($child, 1) == $child) { return $? & 127 ? 128 + ($? & 127) : $? >> 8 }
    while (@waiting && $waiting[0][0] <= time) {
      my (undef, $to, $packet) = @{ shift @waiting };
      syswrite $to, $packet;
    }
    my $readable = '';
    vec($readable, fileno($_), 1) = 1 for ($inside, $outside);
    my $pause = @waiting ? $waiting[0][0] - time : 0.05;
    next unless select($readable, undef, undef, $pause > 0 ? $pause : 0) > 0;
    for ([$inside, $outside], [$outside, $inside]) {
      my ($from, $to) = @$_;
      next unless vec($readable, fileno($from), 1);
      sysread($from, my $packet, 65536) or next;
      push @waiting, [time + $delay, $to, $packet] if rand(100) >= $loss_percent;
    }
  }
}
