import { Module } from '@nestjs/common';
import { ConfigurationModule } from '#config';
import { TenancyModule } from '#tenancy';
import { OfrepFlagSource } from './ofrep-flag-source.js';
import { OfrepController } from './ofrep.controller.js';
import { SettingsFlagSource } from './settings-flag-source.js';

/** The protocol of OpenFeature for remote evaluation (OFREP). */
@Module({
  imports: [ConfigurationModule, TenancyModule],
  controllers: [OfrepController],
  providers: [{ provide: OfrepFlagSource, useClass: SettingsFlagSource }],
})
export class OfrepModule {}
