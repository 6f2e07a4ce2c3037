import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { ConfigCoreModule } from '../config-core.module.js';
import { ConfigStreamController } from './config-stream.controller.js';
import { ConfigStreamService } from './config-stream.service.js';
import { StreamLimits } from './stream-limits.js';

/** The stream of changes of a tenant's configuration, and `ConfigStreamService` for the streams of other protocols. */
@Module({
  imports: [TenancyModule, ConfigCoreModule],
  controllers: [ConfigStreamController],
  providers: [ConfigStreamService, StreamLimits],
  exports: [ConfigStreamService],
})
export class ConfigStreamModule {}
