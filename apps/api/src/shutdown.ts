import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type MeteringConfig, meteringConfig } from '#metering';
import { Readiness } from './health.controller.js';

/** Added to the longest query: time for jobs to stop, for responses to leave, and for closing. Then the process ends by force. */
const shutdownGraceMs = 20_000;

/** In this period each response ends its connection, so that a load balancer sends its next request to another replica. */
const drainDelayMs = 500;

/** Under `npm start`, one Ctrl-C sends the signal twice at almost the same moment. A later signal is a second wish to stop. */
const repeatedSignalMs = 500;

/**
 * Shuts the application down on SIGTERM and SIGINT: readiness fails first, requests in progress end, then everything closes. A second
 * signal ends the process at once, with exit code 1.
 *
 * @param onError Receives the error of a failed close, and ends the process.
 */
export function shutDownOnSignals(app: NestFastifyApplication, onError: (error: unknown) => void): void {
  let shutdownStartedAt = 0;
  const shutDown = (): void => {
    if (shutdownStartedAt > 0 && Date.now() - shutdownStartedAt > repeatedSignalMs) process.exit(1);
    if (shutdownStartedAt > 0) return;
    shutdownStartedAt = Date.now();
    app.get(Readiness).state = 'draining';
    const { queryDeadlineMs } = app.get<MeteringConfig>(meteringConfig.KEY);
    setTimeout(() => process.exit(1), queryDeadlineMs + shutdownGraceMs).unref();
    pause(drainDelayMs)
      .then(() => app.close())
      .then(() => process.exit(0), onError);
  };
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
}
