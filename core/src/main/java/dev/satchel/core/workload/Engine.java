package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.RegistryLogin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where attempts run. Thread-safe; acts on one attempt are called one after the other. An engine
 * keeps no rule of the product: it starts, watches and ends what it is told to, and says what it
 * sees. Whatever needs an engine that does not answer throws {@link EngineOutageException}, save
 * {@link #known}, {@link #follow} and {@link #stop}, which do what they can.
 */
public interface Engine {
  /** The engine's name as users write it, such as {@code process}. */
  String name();

  /**
   * Which machine and which life of it attempts placed now run on. An attempt is believed gone only
   * where this is equal to what stood here when it was placed.
   */
  EngineIdentity identity();

  /**
   * How jobs are kept apart from the server: {@code bubblewrap}, {@code unshare}, {@code
   * container}, {@code none}, or {@code unknown} as long as the machine does not say what it gives;
   * then none is started.
   */
  String isolation();

  /**
   * What this engine declares of its host, such as {@code vm_type}, as it said when it last
   * answered; empty where it declares nothing, or has not answered yet. Never waits.
   */
  default Map<String, String> labels() {
    return Map.of();
  }

  /** What is known of it now; never waits, and begins to ask where nobody has yet. */
  default EngineSight sight() {
    return EngineSight.of(identity());
  }

  /** Where it is reached; null for the server's own. */
  default @Nullable EngineAddress address() {
    return null;
  }

  /**
   * Says why a job of this form could not start here, before anything is done: a variable's name
   * that would not arrive, a working directory that is not there, isolation that the caller needs
   * and the machine lacks.
   *
   * @return sentences that name names and the next step; empty where it could start
   */
  List<String> objections(JobForm form);

  /**
   * Brings what a job of this form needs before it can start, such as its image; may take long.
   * Nothing of the attempt is started, and no value is known yet.
   *
   * @param login opens the registry's login, asked only where an image is pulled; the engine closes
   *     it, and keeps none
   * @param progress told, every second or so, how far it is; where it throws, it is given up
   * @throws RefusedException IMAGE_PULL where it cannot be had
   */
  default void prepare(
      JobForm form, Supplier<Optional<RegistryLogin>> login, Consumer<String> progress) {}

  /**
   * Starts an attempt. Idempotent by its id: what is started already is left alone, so that an
   * attempt never runs twice. Returns once the attempt runs, or is sure to be seen by {@link
   * #observe} later.
   *
   * @throws RefusedException START_FAILED where nothing was started and nothing will be
   */
  void start(Launch launch);

  /**
   * Sends everything that the attempt prints to the sink, from {@link LogSink#rawOffset} on, until
   * the attempt has ended and the last byte has arrived; then ends the sink. Returns at once.
   * Called once for each attempt in each life of the server, after its start or its adoption.
   */
  void follow(AttemptId id, LogSink sink);

  /**
   * What an attempt that has ended left behind, until it is removed.
   *
   * @throws RefusedException UNSUPPORTED where this engine starts nothing with a {@link Staging}
   */
  default Remains remains(AttemptId id) {
    throw new RefusedException(
        Reason.UNSUPPORTED, "The engine \"" + name() + "\" runs no applications.");
  }

  /** What the engine sees of an attempt now. */
  Observation observe(AttemptId id);

  /**
   * Refuses where no command can run inside this attempt now, before anything is done.
   *
   * @throws RefusedException UNSUPPORTED where this engine runs none; ATTEMPT_NOT_RUNNING
   */
  default void requireExec(AttemptId id) {
    throw new RefusedException(
        Reason.UNSUPPORTED,
        "No command can be run inside a job of the engine \""
            + name()
            + "\". Give the workload an image to be able to: it then runs in a container.");
  }

  /**
   * Starts a command inside an attempt, as the job's own user, with what the job was given.
   *
   * @param exec a random id that no other command has or will have
   * @throws RefusedException as {@link #requireExec} does; nothing runs then
   */
  default ExecProcess exec(AttemptId id, String exec, ExecCommand command) {
    requireExec(id);
    throw new IllegalStateException("an engine that runs commands says how");
  }

  /**
   * Makes sure that an attempt that was not started never will be, however late its start comes.
   * Idempotent.
   *
   * @return false where it was started already, and nothing was changed
   */
  boolean forbidStart(AttemptId id);

  /**
   * Asks the job to end (SIGTERM), and ends it with its whole tree (SIGKILL) after the grace.
   * Returns at once; the end is observed. Nothing happens to what has ended.
   */
  void stop(AttemptId id, Duration grace);

  /**
   * Removes everything the engine still has of an attempt, ending what still runs of it.
   * Idempotent.
   */
  void remove(AttemptId id);

  /**
   * Removes a volume that it keeps for {@link HostMount}s, with all data. Idempotent.
   *
   * @return false where it is still in use
   */
  default boolean removeVolume(String workspace, String volumeId) {
    return true;
  }

  /** Every attempt of this installation that the engine still has anything of. */
  Set<AttemptId> known();

  /**
   * Whom to tell when an attempt may have changed. Told from any thread, sometimes for nothing,
   * never late by more than a second.
   */
  void onChange(Consumer<AttemptId> listener);
}
