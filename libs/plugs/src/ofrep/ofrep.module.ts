import { Module } from '@nestjs/common';
import { ConfigurationModule } from '#config';
import { TenancyModule } from '#tenancy';
import { FlagEvaluationService } from './flag-evaluation.service.js';
import { OfrepController } from './ofrep.controller.js';

/** The protocol of OpenFeature for remote evaluation (OFREP). */
@Module({
  imports: [ConfigurationModule, TenancyModule],
  controllers: [OfrepController],
  providers: [FlagEvaluationService],
})
export class OfrepModule {}
