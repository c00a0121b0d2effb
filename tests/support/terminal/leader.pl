# The leader of a terminal session, as an interactive shell is: it runs the program in the foreground as a job of its own, so
# that the program can be stopped, and reports how it ended and the settings of the terminal. A shell cannot do this, because it
# reports a program that was killed by signal N as one that exited with 128 + N.
use strict;
use POSIX qw(:sys_wait_h :signal_h setpgid tcsetpgrp getpgrp);

my ($directory, $stdin, $stdout, @command) = @ARGV;
$SIG{$_} = sub { } for qw(HUP INT QUIT TERM USR1);
# A process that is not in the foreground would be stopped when it changes the foreground.
$SIG{TTOU} = 'IGNORE';
open(my $terminal, '+<', '/dev/tty') or die;

sub report {
    my ($name) = @_;
    open(my $file, '>', "$directory/$name.part") or die;
    print $file "$?\n", `PATH=/usr/bin:/bin stty -a </dev/tty`;
    close($file);
    rename("$directory/$name.part", "$directory/$name");
}

my $child = fork();
if ($child == 0) {
    setpgid(0, 0);
    # The test reads this file to send a signal, perhaps as soon as the program has written something.
    open(my $job, '>', "$directory/job") or die;
    print $job $$;
    close($job);
    tcsetpgrp(fileno($terminal), getpgrp());
    $SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT TERM USR1 TTOU);
    delete $ENV{SHELL};
    open(STDIN, '-|', 'cat', "$directory/stdin") if $stdin eq 'pipe';
    POSIX::close(0) if $stdin eq 'closed';
    open(STDOUT, '>', "$directory/stdout") if $stdout eq 'file';
    exec { $command[0] } @command or POSIX::_exit(127);
}
setpgid($child, $child);

# USR1 is blocked except while the leader waits for it, so that it cannot come too early.
my $usr1 = POSIX::SigSet->new(SIGUSR1);
sigprocmask(SIG_BLOCK, $usr1);
my $stops = 0;
while (1) {
    my $ended = waitpid($child, WUNTRACED);
    next if $ended != $child;
    # Perl reports a stopped program like one that exited with 0, but only the stopped one still exists.
    last unless $? == 0 && kill(0, $child);
    tcsetpgrp(fileno($terminal), getpgrp());
    report("stopped" . ++$stops);
    # A shell sets its own modes.
    system('PATH=/usr/bin:/bin stty echo icanon isig iexten </dev/tty');
    POSIX::sigsuspend(POSIX::SigSet->new());
    tcsetpgrp(fileno($terminal), $child);
    kill('-CONT', $child);
}
tcsetpgrp(fileno($terminal), getpgrp());
report('report');
