import { Logger } from '@nestjs/common';

const intervalMs = 1_000;

/** Logs what begins, and each second how long it has taken, until the work ends: a start that is silent looks like one that hangs. */
export async function sayProgress<T>(text: string, work: () => Promise<T>): Promise<T> {
  const logger = new Logger('database');
  const startedAt = performance.now();
  logger.log(text);
  const timer = setInterval(
    () => logger.log(`${text} ${Math.round((performance.now() - startedAt) / 1_000)} s so far.`),
    intervalMs,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
