/** The server's own certificate and key, from PEM files, taken up anew when these are renewed. */
@NullMarked
package dev.satchel.server.tls;

import org.jspecify.annotations.NullMarked;
