package dev.satchel.sdk.classpath;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * The file that a class was read from.
 *
 * @param release the feature number of the Java that it needs
 * @param root the jar or directory that it lies in; null where that is no file
 */
record ClassFile(int release, @Nullable Path root) {
  private static final int MAGIC = 0xCAFEBABE;
  private static final int FIRST_RELEASE = 44; // Of the class files of Java 0, so to say.

  static ClassFile of(Class<?> type) {
    String resource = type.getName().replace('.', '/') + ".class";
    ClassLoader loader = type.getClassLoader();
    try (InputStream file =
        loader == null
            ? ClassLoader.getSystemResourceAsStream(resource)
            : loader.getResourceAsStream(resource)) {
      if (file == null) {
        throw new Undeclarable(
            "The class "
                + type.getName()
                + " has no class file that could be sent: it was made at run time, as in a shell"
                + " or by a proxy. Compile it, and start the program with it on the class path.");
      }
      DataInputStream bytes = new DataInputStream(file);
      if (bytes.readInt() != MAGIC) {
        throw new Undeclarable("The class file of " + type.getName() + " is none.");
      }
      bytes.readUnsignedShort();
      return new ClassFile(bytes.readUnsignedShort() - FIRST_RELEASE, root(type));
    } catch (IOException e) {
      throw new Undeclarable("The class file of " + type.getName() + " cannot be read: " + e);
    }
  }

  private static @Nullable Path root(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL url = source == null ? null : source.getLocation();
    try {
      Path path = url != null && url.getProtocol().equals("file") ? Path.of(url.toURI()) : null;
      return path != null && Files.exists(path) ? path : null;
    } catch (URISyntaxException | IllegalArgumentException e) {
      return null;
    }
  }
}
