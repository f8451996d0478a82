/**
 * The Java client of Satchel: it keeps secrets on a server, and runs jobs with them.
 *
 * <pre>{@code
 * try (Satchel satchel = Satchel.fromEnvironment()) {
 *   satchel.createSecret("hf", Map.of("HF_TOKEN", token));
 *
 *   Workload job =
 *       satchel.submit(
 *           s ->
 *               s.command("python", "train.py")
 *                   .secrets("hf", "wandb")
 *                   .env("LR", "0.01")
 *                   .retries(2)
 *                   .timeout(Duration.ofHours(6)));
 *   try (LogStream logs = job.logs()) {
 *     logs.lines().forEach(System.out::println); // Masked; resumed where a connection broke.
 *   }
 *   WorkloadDetail end = job.await(Duration.ofMinutes(1));
 *   System.out.println(end.state() + ", exit code " + end.exitCode());
 *
 *   satchel.createSecret("hf", Map.of("HF_TOKEN", rotated));
 *   job.resubmit().await(Duration.ofHours(6)); // With the new value.
 *
 *   try {
 *     satchel.deleteSecret("hf", false);
 *   } catch (InUse used) {
 *     System.err.println("still used by " + used.users());
 *   }
 * }
 * }</pre>
 *
 * <p>Everything that fails fails with a {@link dev.satchel.sdk.SatchelException}. No message, and
 * no {@code toString} of anything here, holds a value or a token.
 */
@NullMarked
package dev.satchel.sdk;

import org.jspecify.annotations.NullMarked;
