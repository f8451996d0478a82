package dev.satchel.cli.input;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** One entry of a bundle as it is sent: where it goes, and its bytes. */
public final class Entry {
  private final String type;
  private final String location;
  private final byte[] value;

  private Entry(String type, String location, byte[] value) {
    this.type = type;
    this.location = location;
    this.value = value;
  }

  public static Entry variable(String name, byte[] value) {
    return new Entry("env", name, value);
  }

  public static Entry file(String path, byte[] value) {
    return new Entry("file", path, value);
  }

  public String type() {
    return type;
  }

  public String location() {
    return location;
  }

  /** The shape of the contract: text where the bytes are UTF-8, base64 where they are not. */
  public Map<String, String> toWire() {
    Map<String, String> wire = new LinkedHashMap<>();
    wire.put("type", type);
    wire.put("location", location);
    try {
      wire.put(
          "value", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException binary) {
      wire.put("value", Base64.getEncoder().encodeToString(value));
      wire.put("encoding", "base64");
    }
    return wire;
  }

  /** The value as text, for a visible variable. */
  public String text() {
    return new String(value, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Entry[" + type + " " + location + ", redacted]";
  }
}
