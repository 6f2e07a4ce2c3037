import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type MeteringConfig, meteringConfig } from '#metering';
import { type ApiConfig, apiConfig } from './configuration/api.config.js';
import { Readiness } from './http/health.controller.js';

/** Added to the longest query: time for jobs to stop, for responses to leave, and for closing. Then the process ends by force. */
const shutdownGraceMs = 20_000;

/** A person who presses Ctrl-C has no load balancer to wait for. */
const interactiveDrainMs = 500;

/** Under `npm start`, one Ctrl-C sends the signal twice at almost the same moment. A later signal is a second wish to stop. */
const repeatedSignalMs = 500;

/**
 * Shuts the application down on SIGTERM and SIGINT: readiness fails first; then, while the replica drains, each response ends its
 * connection, so that a load balancer sends its next request to another replica; then requests in progress end and everything
 * closes. The replica drains for `SHUTDOWN_DRAIN_MS` after SIGTERM, and for half a second after SIGINT. A second signal ends the
 * process at once, with exit code 1.
 *
 * @param onError Receives the error of a failed close, and ends the process.
 */
export function shutDownOnSignals(app: NestFastifyApplication, onError: (error: unknown) => void): void {
  let shutdownStartedAt = 0;
  const shutDown = (drainMs: number): void => {
    if (shutdownStartedAt > 0 && Date.now() - shutdownStartedAt > repeatedSignalMs) process.exit(1);
    if (shutdownStartedAt > 0) return;
    shutdownStartedAt = Date.now();
    app.get(Readiness).state = 'draining';
    new Logger('api').log('Attune stops. Requests in progress are answered first.');
    const { maxQueryMs } = app.get<MeteringConfig>(meteringConfig.KEY);
    setTimeout(() => process.exit(1), maxQueryMs + drainMs + shutdownGraceMs).unref();
    pause(drainMs)
      .then(() => app.close())
      .then(() => process.exit(0), onError);
  };
  const { shutdownDrainMs } = app.get<ApiConfig>(apiConfig.KEY);
  // Until here, main.ts ends the process at once.
  process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
  process.on('SIGTERM', () => shutDown(shutdownDrainMs));
  process.on('SIGINT', () => shutDown(interactiveDrainMs));
}
