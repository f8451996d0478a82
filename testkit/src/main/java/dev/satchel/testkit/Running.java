package dev.satchel.testkit;

/** A server, wherever it runs. */
interface Running extends AutoCloseable {
  String url();

  @Override
  void close();
}
