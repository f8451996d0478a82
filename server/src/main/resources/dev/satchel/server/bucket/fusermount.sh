#!/bin/sh
# What rclone mounts by. Unmounting is not its to do: what a job has would be gone with whoever ended rclone.
for word; do
  [ "$word" != -u ] || exit 1
done
exec 'FUSERMOUNT' "$@"
