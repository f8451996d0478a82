/** Keeps volumes in a bucket of an S3 service. */
@NullMarked
package dev.satchel.server.s3;

import org.jspecify.annotations.NullMarked;
