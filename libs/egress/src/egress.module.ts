import { Module } from '@nestjs/common';
import { type EgressConfig, egressConfig } from './egress.config.js';
import { Egress } from './egress.js';

/** Requests that leave the service. */
@Module({
  providers: [
    { provide: Egress, useFactory: (config: EgressConfig) => new Egress(config), inject: [egressConfig.KEY] },
  ],
  exports: [Egress],
})
export class EgressModule {}
