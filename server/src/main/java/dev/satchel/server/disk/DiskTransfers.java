package dev.satchel.server.disk;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.Transfers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Permissions to send or fetch one file, each by an address that nobody can guess. One is kept as a
 * file that is named by the hash of its address: {@code ID.grant} says what it is for, {@code
 * ID.taken} that it was used, and {@code ID.file} is what was sent, once all of it is there.
 */
public final class DiskTransfers implements Transfers {
  /** Of one file that is sent. */
  public static final long UPLOAD_MAX_BYTES = 512L << 20;

  private static final Duration LIFE = Duration.ofHours(1);
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
  private static final String GONE =
      "There is no such address, or its time is up, or it was used already; ask for a new one.";

  /** Of addresses that are given, and what is kept beside them. */
  private static final int FILES_MAX = 100_000;

  /** Of all that was sent and not forgotten. */
  private static final long TOTAL_MAX_BYTES = 32L << 30;

  private final Path directory;
  private final InstantSource clock;
  private final int filesMax;
  private final long totalMaxBytes;
  private final SecureRandom random = new SecureRandom();

  public DiskTransfers(Path directory, InstantSource clock) {
    this(directory, clock, FILES_MAX, TOTAL_MAX_BYTES);
  }

  DiskTransfers(Path directory, InstantSource clock, int filesMax, long totalMaxBytes) {
    this.directory = directory;
    this.clock = clock;
    this.filesMax = filesMax;
    this.totalMaxBytes = totalMaxBytes;
    DiskRuns.makePrivate(directory);
  }

  @Override
  public Granted upload(String use) {
    return grant("upload\n" + use + "\n");
  }

  @Override
  public Granted download(Path file) {
    return grant("download\n" + file + "\n");
  }

  private Granted grant(String what) {
    if (files().size() >= filesMax) {
      sweep();
      requireRoom(files().size() < filesMax);
    }
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    String id = idOf(token);
    String text = clock.instant().plus(LIFE).toEpochMilli() + "\n" + what;
    try {
      Files.writeString(directory.resolve(id + ".grant"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Granted(id, token);
  }

  @Override
  public void receive(String token, InputStream in) throws IOException {
    String id = idOf(token);
    if (!lines(id).getFirst().equals("upload")) {
      throw new RefusedException(Reason.TRANSFER_NOT_FOUND, GONE);
    }
    try {
      Files.createFile(directory.resolve(id + ".taken"));
    } catch (FileAlreadyExistsException e) {
      requireSame(directory.resolve(id + ".file"), in);
      return;
    }
    Path part = directory.resolve(id + ".part");
    boolean whole = false;
    try {
      requireRoom(fits());
      write(in, part);
      requireRoom(fits()); // Others may have been sent at the same time.
      DiskRuns.sync(part);
      Files.move(part, directory.resolve(id + ".file"), StandardCopyOption.ATOMIC_MOVE);
      DiskRuns.sync(directory);
      whole = true;
    } finally {
      Files.deleteIfExists(part);
      if (!whole) {
        Files.deleteIfExists(directory.resolve(id + ".taken")); // It may be sent again.
      }
    }
  }

  /** Whoever got no answer sends the same again, and is answered as before. */
  private static void requireSame(Path file, InputStream in) throws IOException {
    try (InputStream kept = new BufferedInputStream(Files.newInputStream(file));
        InputStream again = new BufferedInputStream(in)) {
      int one;
      do {
        one = kept.read();
        if (one != again.read()) {
          throw new RefusedException(Reason.TRANSFER_NOT_FOUND, GONE);
        }
      } while (one >= 0);
    } catch (NoSuchFileException e) { // It is being sent.
      throw new RefusedException(Reason.TRANSFER_NOT_FOUND, GONE);
    }
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean fits() {
    if (held() > totalMaxBytes) {
      sweep();
    }
    return held() <= totalMaxBytes;
  }

  private long held() {
    long bytes = 0;
    for (Path each : files()) {
      bytes += each.toFile().length(); // 0 where it was forgotten meanwhile.
    }
    return bytes;
  }

  private static void requireRoom(boolean there) {
    if (!there) {
      throw new RefusedException(
          Reason.STORE_FULL,
          "As many files were sent, or addresses given, as this server keeps at a time; each is"
              + " forgotten within two hours. Try again later.");
    }
  }

  private static void write(InputStream in, Path file) throws IOException {
    long written = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        written += read;
        if (written > UPLOAD_MAX_BYTES) {
          throw new RefusedException(
              Reason.TOO_LARGE, "A file that is sent has at most " + UPLOAD_MAX_BYTES + " bytes.");
        }
        out.write(buffer, 0, read);
      }
    }
  }

  @Override
  public Path fetched(String token) {
    List<String> lines = lines(idOf(token));
    Path file = Path.of(lines.get(1));
    if (!lines.getFirst().equals("download") || !Files.isRegularFile(file)) {
      throw new RefusedException(Reason.TRANSFER_NOT_FOUND, GONE);
    }
    return file;
  }

  @Override
  public Optional<Path> received(String id, String use) {
    Path file = directory.resolve(id + ".file");
    boolean there = ID.matcher(id).matches() && Files.isRegularFile(file);
    try {
      return there && lines(id).equals(List.of("upload", use))
          ? Optional.of(file)
          : Optional.empty();
    } catch (RefusedException timeIsUp) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> newest(String use) {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> String.valueOf(each.getFileName()))
          .filter(name -> name.endsWith(".file"))
          .map(name -> name.substring(0, name.length() - ".file".length()))
          .filter(id -> received(id, use).isPresent())
          .max(java.util.Comparator.comparing(this::sentAt));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Instant sentAt(String id) {
    try {
      return Files.getLastModifiedTime(directory.resolve(id + ".file")).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  @Override
  public void forget(String id) {
    try {
      for (String kind : List.of(".grant", ".taken", ".part", ".file")) {
        Files.deleteIfExists(directory.resolve(id + kind));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets those whose time is up. */
  public void sweep() {
    try (Stream<Path> all = Files.list(directory)) {
      for (Path each : all.toList()) {
        String name = String.valueOf(each.getFileName());
        if (isOld(each)) {
          forget(name.substring(0, Math.max(0, name.indexOf('.'))));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isOld(Path file) throws IOException {
    try {
      Instant made = Files.getLastModifiedTime(file).toInstant();
      return made.plus(LIFE.multipliedBy(2)).isBefore(clock.instant());
    } catch (NoSuchFileException e) {
      return false; // It went with another of its address.
    }
  }

  /** What it is for, while its time is not up. */
  private List<String> lines(String id) {
    try {
      List<String> lines = Files.readAllLines(directory.resolve(id + ".grant"));
      if (Long.parseLong(lines.getFirst()) > clock.instant().toEpochMilli()) {
        return lines.subList(1, lines.size());
      }
    } catch (NoSuchFileException e) {
      // Told below.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new RefusedException(Reason.TRANSFER_NOT_FOUND, GONE);
  }

  private static String idOf(String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }
}
