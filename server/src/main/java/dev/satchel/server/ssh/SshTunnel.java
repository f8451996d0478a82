package dev.satchel.server.ssh;

import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostLogin;
import dev.satchel.core.credential.HostLogins;
import dev.satchel.core.secret.BrokenBoxException;
import dev.satchel.core.workload.EngineOutageException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to a host over SSH: the socket of its container engine is forwarded to one of
 * this machine, and commands go over it too. Opened when it is first needed, and again whenever it
 * ends. The key that opens it lies on tmpfs until it stands, and no longer. Thread-safe.
 */
public final class SshTunnel implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SshTunnel.class);
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final Duration OPENING = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  /** Of a host that is not there: no key is opened for that. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Of one that answers and is not opened all the same, each time with its key. */
  private static final Duration LONGEST_FAILED = Duration.ofSeconds(30);

  /** Of one that refused what the credential says: sooner only where that was written anew. */
  private static final Duration LONGEST_REFUSED = Duration.ofMinutes(5);

  /** A host that counts failed logins shuts out who fails often. */
  private static final Duration LEAST_REFUSED = Duration.ofMinutes(1);

  /** What lasts for less is opened again ever later. */
  private static final Duration STOOD = Duration.ofSeconds(10);

  private static final Duration LOOK_EACH = Duration.ofSeconds(1);

  private final EngineAddress address;
  private final HostLogins logins;
  private final TunnelDirectory directory;
  private final Ssh ssh;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition turned = lock.newCondition();
  private @Nullable Thread thread; // Null until it was needed.
  private @Nullable SshOptions open; // Null while it is not.
  private @Nullable KeptProcess process;
  private @Nullable String outage; // Null while none is known.
  private volatile boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param directory on tmpfs, of this address alone; null where there is no tmpfs
   * @param environment of the server
   */
  public SshTunnel(
      EngineAddress address,
      HostLogins logins,
      @Nullable Path directory,
      Map<String, String> environment) {
    this.address = address;
    this.logins = logins;
    this.directory = new TunnelDirectory(directory);
    this.ssh = new Ssh(environment);
  }

  /**
   * Ends what an earlier life of the server left, should its end have left anything, and removes
   * its files.
   *
   * @param parent of the directories of all tunnels
   * @param prefix of their names
   */
  public static void endEarlier(Path parent, String prefix, Map<String, String> environment) {
    TunnelDirectory.endEarlier(parent, prefix, new Ssh(environment));
  }

  /** Where the engine's socket is on this machine while the tunnel is open. */
  public Path socket() {
    return directory.socket();
  }

  /**
   * Waits until it is open.
   *
   * @throws EngineOutageException where it is not
   */
  public void await() {
    var _ = opened();
  }

  /**
   * Runs a shell's script on the host, with words that it takes as its arguments.
   *
   * @param script without single quotes
   * @param input its standard input
   * @throws EngineOutageException where the tunnel is not open, or closes meanwhile
   */
  public Ssh.Answer run(String script, List<String> words, byte[] input) {
    SshOptions over = opened();
    Ssh.Answer answer = ssh.run(over.run(RemoteShell.command(script, words)), input);
    if (answer.code() == Ssh.BROKEN) {
      throw new EngineOutageException(
          "The tunnel to " + address + " is away: " + Ssh.shortened(answer.err()));
    }
    return answer;
  }

  private SshOptions opened() {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      begin();
      while (open == null && left > 0 && !closed) {
        if (outage != null) {
          throw new EngineOutageException(outage);
        }
        left = turned.awaitNanos(left);
      }
      if (open == null) {
        throw new EngineOutageException("The tunnel to " + address + " is not open.");
      }
      return open;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineOutageException("The server is stopping.");
    } finally {
      lock.unlock();
    }
  }

  private void begin() {
    if (thread == null && !closed) {
      thread = Thread.ofPlatform().daemon().name("ssh-tunnel").start(this::run);
    }
  }

  /** Keeps it open. */
  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!closed) {
      Duration longest = LONGEST_PAUSE;
      Duration least = FIRST_PAUSE;
      String tried = "";
      try {
        probe();
        longest = LONGEST_FAILED;
        tried = mark();
        Instant began = Instant.now();
        openOnce();
        boolean stood = began.plus(STOOD).isBefore(Instant.now());
        pause = stood ? FIRST_PAUSE : pause;
      } catch (HostRefusedException e) {
        longest = LONGEST_REFUSED;
        least = LEAST_REFUSED;
        away(String.valueOf(e.getMessage()));
      } catch (EngineOutageException e) {
        away(String.valueOf(e.getMessage()));
      } catch (IOException | RuntimeException e) {
        log.warn("The tunnel to {} failed; it is opened anew.", address, e);
        away("The tunnel to " + address + " could not be opened.");
      }
      pause(pause.compareTo(least) < 0 ? least : pause, tried);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(longest) > 0 ? longest : doubled;
    }
  }

  /** Whether anything answers there, before any key is opened for it. */
  private void probe() {
    EngineAddress.Ssh to = address.ssh();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(to.host(), to.port()), (int) PROBE.toMillis());
    } catch (IOException e) {
      throw new EngineOutageException(
          "The host of "
              + address
              + " does not answer at port "
              + to.port()
              + " ("
              + e.getMessage()
              + "). What it runs may run on; it is looked at again every few seconds.");
    }
  }

  /** Opens it and waits for its end. */
  private void openOnce() throws IOException {
    SshOptions options = directory.next(address);
    try {
      KeptProcess opening = started(options);
      try {
        awaitOpen(opening, options);
        log.info("The tunnel to {} is open.", address);
        int code = opening.waitFor();
        away("The tunnel to " + address + " has ended; it is opened anew.");
        log.info("The tunnel to {} has ended ({}).", address, code);
      } finally {
        opening.end();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineOutageException("The server is stopping.");
    } finally {
      directory.remove(options);
    }
  }

  private KeptProcess started(SshOptions options) throws IOException {
    HostLogin login;
    try {
      login =
          logins
              .openHost(address)
              .orElseThrow(
                  () ->
                      new HostRefusedException(
                          "No docker credential has the host "
                              + address
                              + " any more, so that its tunnel is not opened again. Store one that"
                              + " has, or declare the host lost (satchel hosts lose)."));
    } catch (RefusedException e) { // The store is full or away.
      throw new EngineOutageException(
          "The key of " + address + " cannot be opened now: " + e.detail());
    } catch (BrokenBoxException e) {
      throw new HostRefusedException(
          "The key of " + address + " cannot be opened: " + e.getMessage());
    }
    try (login) {
      directory.write(options, login);
      KeptProcess opening = ssh.keep(options.key(), options.open(login));
      lock.lock();
      try {
        process = opening;
      } finally {
        lock.unlock();
      }
      return opening;
    }
  }

  private void awaitOpen(KeptProcess opening, SshOptions options)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + OPENING.toNanos();
    while (!Files.exists(options.socket()) || !Files.exists(options.control())) {
      if (!opening.isAlive()) {
        throw SshFailure.of(address, opening.lastWords());
      }
      if (closed || System.nanoTime() > deadline) {
        throw new EngineOutageException("The host of " + address + " did not answer in time.");
      }
      Thread.sleep(20);
    }
    Files.deleteIfExists(options.key());
    directory.lead(options);
    lock.lock();
    try {
      open = options;
      outage = null;
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void away(String why) {
    lock.lock();
    try {
      open = null;
      process = null;
      outage = why;
      turned.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits, but no longer than until its credential is another than the one that was tried.
   *
   * @param tried empty where none was
   */
  private void pause(Duration time, String tried) {
    long deadline = System.nanoTime() + time.toNanos();
    do {
      await(Math.min(deadline - System.nanoTime(), LOOK_EACH.toNanos()));
    } while (!closed && System.nanoTime() < deadline && (tried.isEmpty() || mark().equals(tried)));
  }

  private void await(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && !closed) {
        left = turned.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Which credential counts now; empty where that cannot be said. */
  private String mark() {
    try {
      return logins.hostMark(address) + ".";
    } catch (RuntimeException e) { // The store is away: it is looked at again soon.
      return "";
    }
  }

  /** Ends it. What runs on the host goes on. */
  @Override
  public void close() {
    KeptProcess ending;
    lock.lock();
    try {
      closed = true;
      ending = process;
      open = null;
      turned.signalAll();
    } finally {
      lock.unlock();
    }
    if (ending != null) {
      ending.end();
    }
    directory.close();
  }
}
