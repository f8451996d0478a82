package dev.satchel.server.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** All that is logged while it is open: by Satchel at TRACE, by others as set. */
final class RecordedLog implements AutoCloseable {
  private static final List<String> OURS = List.of("dev.satchel");

  private final Logger root;
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  RecordedLog() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    OURS.forEach(name -> context.getLogger(name).setLevel(Level.TRACE));
    root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    appender.setContext(context);
    appender.start();
    root.addAppender(appender);
  }

  /** Each event as it would be printed, with its stack trace. */
  List<String> lines() {
    return List.copyOf(appender.list).stream()
        .map(
            event ->
                event.getFormattedMessage()
                    + "\n"
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
        .toList();
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    appender.stop();
  }
}
