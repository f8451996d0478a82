package dev.satchel.sdk;

/** A program in a time zone of its own, which says in which one its method runs. */
public final class ZoneCaller {
  private ZoneCaller() {}

  /** Finds its server in the environment. */
  public static void main(String[] arguments) {
    System.out.println(App.named("zone").function(Remotely::where).remote());
  }
}
