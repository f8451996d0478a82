package dev.satchel.core.application;

/** What belongs to an application and has an id in it. */
public interface Part {
  ApplicationId application();

  PartId id();

  String workspace();
}
