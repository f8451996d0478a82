package dev.satchel.core.bucket;

import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.VolumeMount;

/** What a mount shows. */
sealed interface MountSource {
  Bucket bucket();

  boolean readOnly();

  /** Whether it is a directory that is filled and written back. */
  boolean sync();

  /** Where the job has it. */
  String path();

  /** What people know it by, with what it is. */
  String what();

  /** A bucket that the workload names, with keys in bundles. */
  record OfBucket(BucketMount mount) implements MountSource {
    @Override
    public Bucket bucket() {
      return mount.bucket();
    }

    @Override
    public boolean readOnly() {
      return mount.readOnly();
    }

    @Override
    public boolean sync() {
      return false;
    }

    @Override
    public String path() {
      return mount.path();
    }

    @Override
    public String what() {
      return "the bucket " + mount.bucket();
    }
  }

  /** A volume in the server's object store, with the server's keys. */
  record OfVolume(VolumeMount mount, Bucket bucket) implements MountSource {
    @Override
    public boolean readOnly() {
      return mount.readOnly();
    }

    @Override
    public boolean sync() {
      return mount.sync();
    }

    @Override
    public String path() {
      return String.valueOf(mount.path());
    }

    @Override
    public String what() {
      return "the volume \"" + mount.volume() + "\"";
    }
  }
}
