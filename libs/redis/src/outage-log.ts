import { Logger } from '@nestjs/common';

/** Says in the log once an outage that a link is lost, and that it is back. */
export class OutageLog {
  private readonly logger: Logger;
  private isDown = false;

  constructor(name: string) {
    this.logger = new Logger(name);
  }

  recordFailure(reason: unknown): void {
    if (!this.isDown)
      this.logger.warn(`Redis link failed: ${describeReason(reason)}. Trying again in the background.`);
    this.isDown = true;
  }

  recordRecovery(): void {
    if (this.isDown) this.logger.log('Redis link is back.');
    this.isDown = false;
  }
}

/** A refused connection to both addresses of a name has a code but no message. */
function describeReason(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return reason.message || String('code' in reason ? reason.code : reason.name);
}
