/**
 * Loaded into the processes of a local server. They hold one end of a pipe whose other end is with the process that
 * started them. When that ends, in whatever way, the pipe does, and the whole process group ends itself: nothing goes
 * on serving that nobody can see or stop.
 */
const end = () => process.kill(0, "SIGKILL");
process.stdin.on("end", end).on("error", end).resume();
process.stdin.unref?.();
