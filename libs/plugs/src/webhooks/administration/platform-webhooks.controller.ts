import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type Accepted,
  Access,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  CurrentPrincipal,
  type Page,
  PageQuery,
  type Principal,
  type ValidInput,
} from '#http';
import { Idempotent } from '#tenancy';
import { WebhookTestService } from '../delivery/webhook-test.service.js';
import { toDeliveryResponse } from './to-webhook-response.js';
import { DeliveryParam, WebhookParam } from './webhook-params.js';
import {
  DeliveriesQuery,
  PlatformWebhookPatchRequest,
  PlatformWebhookRequest,
  type WebhookRequest,
} from './webhook.request.js';
import {
  CreatedWebhookResponse,
  RotatedSecretResponse,
  WebhookDeliveryResponse,
  WebhookResponse,
} from './webhook.response.js';
import { WebhooksService } from './webhooks.service.js';

const path = 'v1/platform/webhooks';
/** The platform's own webhooks belong to no tenant. */
const owner = null;

const CheckBody = () =>
  AlsoCheck((controller: PlatformWebhooksController, { body }: ValidInput<WebhookRequest>) =>
    controller.webhooks.assertValid(body),
  );

/** Webhooks of the platform, for events of all tenants and of the platform itself. */
@ApiTags('platform: webhooks')
@ApiBearerAuth()
@Controller(path)
export class PlatformWebhooksController {
  constructor(
    readonly webhooks: WebhooksService,
    private readonly tests: WebhookTestService,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({
    operationId: 'AllTenantsWebhooks_list',
    summary: 'List the platform’s webhooks, newest first',
  })
  @ApiAnswer(200, [WebhookResponse])
  list(@Query() query: PageQuery): Promise<Page<WebhookResponse>> {
    return this.webhooks.list(owner, query);
  }

  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({ operationId: 'AllTenantsWebhooks_get', summary: 'Read one webhook of the platform' })
  @WebhookParam()
  @ApiAnswer(200, WebhookResponse)
  @ApiProblems('not-found')
  get(@Param('id') id: string): Promise<WebhookResponse> {
    return this.webhooks.get(owner, id);
  }

  @Post()
  @HttpCode(201)
  @CheckBody()
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({
    operationId: 'AllTenantsWebhooks_create',
    summary: 'Create a webhook for events of all tenants; only this answer shows its secret',
    description: 'Deliveries follow Standard Webhooks 1.0.0. At most 20.',
  })
  @ApiAnswer(201, CreatedWebhookResponse)
  create(
    @CurrentPrincipal() author: Principal,
    @Body() request: PlatformWebhookRequest,
  ): Promise<CreatedWebhookResponse> {
    return this.webhooks.create(owner, request, author);
  }

  @Patch(':id')
  @CheckBody()
  @Access('platform_admin')
  @ApiOperation({
    operationId: 'AllTenantsWebhooks_update',
    summary: 'Change the address or the events, disable a webhook of the platform or enable it again',
  })
  @WebhookParam()
  @ApiAnswer(200, WebhookResponse)
  @ApiProblems('not-found')
  update(
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
    @Body() change: PlatformWebhookPatchRequest,
  ): Promise<WebhookResponse> {
    return this.webhooks.update(owner, id, change, author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('platform_admin')
  @ApiOperation({
    operationId: 'AllTenantsWebhooks_remove',
    summary: 'Delete a webhook of the platform with its deliveries',
  })
  @WebhookParam()
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  remove(@CurrentPrincipal() author: Principal, @Param('id') id: string): Promise<void> {
    return this.webhooks.remove(owner, id, author);
  }

  @Post(':id/test')
  @HttpCode(200)
  @Access('platform_admin')
  @ApiOperation({
    operationId: 'AllTenantsWebhooks_test',
    summary: 'Send the event webhook.test at once and one time only, and answer how it went',
  })
  @WebhookParam()
  @ApiAnswer(200, WebhookDeliveryResponse)
  @ApiProblems('not-found', 'rate-limited')
  async test(
    @CurrentPrincipal() { actor, requestId }: Principal,
    @Param('id') id: string,
  ): Promise<WebhookDeliveryResponse> {
    return toDeliveryResponse(await this.tests.send({ owner, webhookId: id, actor, requestId }));
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({
    operationId: 'AllTenantsWebhooks_rotateSecret',
    summary: 'Make a new secret; for 24 hours deliveries are signed with the old one, too',
  })
  @WebhookParam()
  @ApiAnswer(200, RotatedSecretResponse)
  @ApiProblems('not-found')
  rotateSecret(
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
  ): Promise<RotatedSecretResponse> {
    return this.webhooks.rotateSecret(owner, id, author);
  }

  @Get(':id/deliveries')
  @Access('platform_admin')
  @ApiOperation({
    operationId: 'AllTenantsWebhooks_listDeliveries',
    summary: 'List deliveries of the last 30 days with their attempts, newest first',
  })
  @WebhookParam()
  @ApiAnswer(200, [WebhookDeliveryResponse])
  @ApiProblems('not-found')
  listDeliveries(
    @Param('id') id: string,
    @Query() query: DeliveriesQuery,
  ): Promise<Page<WebhookDeliveryResponse>> {
    return this.webhooks.listDeliveries(owner, id, query);
  }

  @Post(':id/deliveries/:delivery/replay')
  @HttpCode(202)
  @Access('platform_admin')
  @ApiOperation({
    operationId: 'AllTenantsWebhooks_replay',
    summary: 'Send a delivery again, with the same webhook-id and all attempts',
  })
  @WebhookParam()
  @DeliveryParam()
  @ApiAnswer(202, WebhookDeliveryResponse)
  @ApiProblems('not-found', 'conflict')
  replay(
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
    @Param('delivery') delivery: string,
  ): Promise<Accepted<WebhookDeliveryResponse>> {
    return this.webhooks.replay(owner, { id, delivery, path: `/${path}` }, author);
  }
}
