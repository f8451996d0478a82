package dev.satchel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.api.VolumeDeleted;
import dev.satchel.api.VolumeItem;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeLease;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.VolumeRequest;
import dev.satchel.core.volume.Volumes;
import java.util.List;

/** The routes of volumes; those of their files are {@link VolumeFileRoutes}. */
final class VolumeRoutes {
  private final Volumes volumes;

  VolumeRoutes(Volumes volumes) {
    this.volumes = volumes;
  }

  void create(Exchange exchange) {
    exchange.allowQuery();
    Fields body =
        new Fields(
            exchange.body(),
            "",
            "name",
            "backend",
            "size_gb",
            "mount_path_default",
            "geolocation",
            "lease_s",
            "create_if_missing");
    VolumeName name = Fields.at("name", () -> new VolumeName(body.requiredText("name")));
    Volumes.Created created =
        volumes.create(exchange.actor(), name, request(body), body.flag("create_if_missing"));
    exchange.answer(created.made() ? 201 : 200, item(created.detail()));
  }

  void renew(Exchange exchange) {
    exchange.allowQuery();
    exchange.answer(200, item(volumes.renew(exchange.actor(), name(exchange))));
  }

  /** What a body, or the {@code create} of a mount, asks for. */
  static VolumeRequest request(Fields body) {
    String backend = body.text("backend");
    Long size = body.number("size_gb");
    Long lease = body.number("lease_s");
    return new VolumeRequest(
        backend == null ? Backend.CLOUD_BUCKET : Backend.of(body.at("backend"), backend),
        size == null ? null : Math.clamp(size, -1, Integer.MAX_VALUE),
        body.text("mount_path_default"),
        body.oneOrMoreTexts("geolocation"),
        lease == null ? null : Math.clamp(lease, -1, Integer.MAX_VALUE));
  }

  static VolumeRequest request(JsonNode node, String at) {
    ObjectNode object = Fields.objectOf(node, at);
    return request(
        new Fields(object, at, "backend", "size_gb", "mount_path_default", "geolocation"));
  }

  void list(Exchange exchange) {
    exchange.allowQuery("limit", "page_token");
    String after = exchange.pageKey();
    List<Volumes.Detail> found =
        volumes.list(exchange.actor(), after == null ? "" : after, exchange.limit() + 1);
    exchange.answerPage(found, last -> last.volume().name().value(), VolumeRoutes::item);
  }

  void get(Exchange exchange) {
    exchange.allowQuery();
    exchange.answer(200, item(volumes.detail(exchange.actor(), name(exchange))));
  }

  void delete(Exchange exchange) {
    exchange.allowQuery("force");
    Volumes.Deleted deleted =
        volumes.delete(exchange.actor(), name(exchange), exchange.flag("force"));
    Volume volume = deleted.volume();
    exchange.answer(200, new VolumeDeleted(volume.name().value(), volume.id(), deleted.holders()));
  }

  static VolumeName name(Exchange exchange) {
    return new VolumeName(exchange.path("name"));
  }

  private static VolumeItem item(Volumes.Detail detail) {
    Volume volume = detail.volume();
    VolumeLease lease = volume.lease();
    return new VolumeItem(
        volume.name().value(),
        volume.id(),
        volume.backend().word(),
        volume.sizeGb(),
        volume.machineId(),
        volume.mountPathDefault(),
        volume.geolocation(),
        detail.status().status().word(),
        detail.status().reason(),
        volume.createdAt(),
        volume.updatedAt(),
        detail.holders(),
        lease == null ? null : lease.seconds(),
        lease == null ? null : lease.expiresAt());
  }
}
