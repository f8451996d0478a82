package dev.satchel.core.application;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Permissions to send or fetch one file, each by an address that nobody can guess. */
public interface Transfers {
  /**
   * A permission, and the secret part of its address, which is kept nowhere.
   *
   * @param id what stands for what was sent, in later requests
   */
  record Granted(String id, String token) {}

  /** Allows one file to be sent, once, for one use. */
  Granted upload(String use);

  /** Allows one file to be fetched. */
  Granted download(Path file);

  /**
   * Takes what is sent to an address.
   *
   * @throws dev.satchel.core.RefusedException TRANSFER_NOT_FOUND; TOO_LARGE, the address is then
   *     used up
   */
  void receive(String token, InputStream in) throws IOException;

  /** What may be fetched from an address. TRANSFER_NOT_FOUND where nothing may. */
  Path fetched(String token);

  /** What was sent for this very use; nothing where it was not. */
  Optional<Path> received(String id, String use);

  /** Of what was sent for this use, and not forgotten, the newest. */
  Optional<String> newest(String use);

  /** Forgets one, with what was sent. */
  void forget(String id);
}
