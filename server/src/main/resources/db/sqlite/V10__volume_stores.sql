-- In which object store the data of a volume lies, as s3://BUCKET/PREFIX; empty for this server's disk, where all lay so far.
ALTER TABLE volumes ADD COLUMN store TEXT NOT NULL DEFAULT '';
ALTER TABLE deleted_volumes ADD COLUMN store TEXT NOT NULL DEFAULT '';

-- What is mounted for a volume that lies in an object store; null for a bucket that the workload itself names.
ALTER TABLE bucket_mounts ADD COLUMN bucket TEXT;
