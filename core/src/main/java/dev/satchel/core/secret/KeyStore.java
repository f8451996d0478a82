package dev.satchel.core.secret;

import java.util.List;

/** Keeps the wrapped data keys. */
public interface KeyStore {
  List<KeyRow> all();

  /** The id of the key that new boxes are sealed under. */
  String activeId();

  void insert(KeyRow row);
}
