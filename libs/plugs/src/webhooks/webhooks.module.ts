import { Module } from '@nestjs/common';
import { EgressModule } from '#egress';
import { MeteringModule } from '#metering';
import { TenancyModule } from '#tenancy';
import { PlatformWebhooksController } from './administration/platform-webhooks.controller.js';
import { WebhookRepository } from './administration/webhook.repository.js';
import { WebhooksController, WebhooksReadController } from './administration/webhooks.controller.js';
import { WebhooksService } from './administration/webhooks.service.js';
import { DeliveryMaintenance } from './delivery/delivery-maintenance.js';
import { DeliveryMetrics } from './delivery/delivery-metrics.js';
import { DeliveryRepository } from './delivery/delivery.repository.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { WebhookSender } from './delivery/webhook-sender.js';
import { WebhookTestService } from './delivery/webhook-test.service.js';
import { LimitNoticeRepository } from './limits/limit-notice.repository.js';
import { LimitWatcher } from './limits/limit-watcher.js';

/** Webhooks (Standard Webhooks 1.0.0): their administration, and the worker that delivers events. */
@Module({
  imports: [EgressModule, MeteringModule, TenancyModule],
  controllers: [WebhooksReadController, WebhooksController, PlatformWebhooksController],
  providers: [
    DeliveryMaintenance,
    DeliveryMetrics,
    DeliveryRepository,
    DeliveryService,
    LimitNoticeRepository,
    LimitWatcher,
    WebhookRepository,
    WebhookSender,
    WebhookTestService,
    WebhooksService,
  ],
})
export class WebhooksModule {}
