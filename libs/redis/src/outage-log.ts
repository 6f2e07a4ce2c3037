import { Logger } from '@nestjs/common';

/** Says in the log once an outage that a link is lost, and that it is back. */
export class OutageLog {
  private readonly logger: Logger;
  private lost = false;

  constructor(name: string) {
    this.logger = new Logger(name);
  }

  failed(reason: unknown): void {
    if (!this.lost) this.logger.warn(`Redis link failed: ${text(reason)}. Trying again in the background.`);
    this.lost = true;
  }

  ended(): void {
    if (this.lost) this.logger.log('Redis link is back.');
    this.lost = false;
  }
}

/** A refused connection to both addresses of a name has a code but no message. */
function text(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return reason.message || String('code' in reason ? reason.code : reason.name);
}
