import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type Accepted,
  Access,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  CurrentPrincipal,
  CurrentTenant,
  type Page,
  PageQuery,
  type Principal,
  type ValidInput,
} from '#http';
import { Idempotent } from '#tenancy';
import { WebhookTestService } from '../delivery/webhook-test.service.js';
import { toDeliveryResponse } from './to-webhook-response.js';
import { DeliveryParam, TenantParam, WebhookParam } from './webhook-params.js';
import { DeliveriesQuery, WebhookPatchRequest, WebhookRequest } from './webhook.request.js';
import {
  CreatedWebhookResponse,
  RotatedSecretResponse,
  WebhookDeliveryResponse,
  WebhookResponse,
} from './webhook.response.js';
import { WebhooksService } from './webhooks.service.js';

const path = 'v1/webhooks';
const readers = { tenant: 'tenant_admin', platform: 'platform_admin' } as const;

const CheckBody = () =>
  AlsoCheck((controller: WebhooksController, { body }: ValidInput<WebhookRequest>) =>
    controller.webhooks.assertValid(body),
  );

/** A tenant's webhooks, read by its own admins and by platform admins. */
@ApiTags('webhooks', 'platform: tenants')
@ApiBearerAuth()
@TenantParam()
@Controller([path, 'v1/platform/tenants/:tenant_id/webhooks'])
export class WebhooksReadController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @Access(readers, { scope: 'config:read' })
  @ApiOperation({ operationId: 'Webhooks_list', summary: 'List webhooks, newest first' })
  @ApiAnswer(200, [WebhookResponse])
  list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<WebhookResponse>> {
    return this.webhooks.list(tenantId, query);
  }

  @Get(':id')
  @Access(readers, { scope: 'config:read' })
  @ApiOperation({ operationId: 'Webhooks_get', summary: 'Read one webhook' })
  @WebhookParam()
  @ApiAnswer(200, WebhookResponse)
  @ApiProblems('not-found')
  get(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<WebhookResponse> {
    return this.webhooks.get(tenantId, id);
  }

  @Get(':id/deliveries')
  @Access(readers, { scope: 'config:read' })
  @ApiOperation({
    operationId: 'Webhooks_listDeliveries',
    summary: 'List deliveries of the last 30 days with their attempts, newest first',
  })
  @WebhookParam()
  @ApiAnswer(200, [WebhookDeliveryResponse])
  @ApiProblems('not-found')
  listDeliveries(
    @CurrentTenant() tenantId: string,
    @Param('id') id: string,
    @Query() query: DeliveriesQuery,
  ): Promise<Page<WebhookDeliveryResponse>> {
    return this.webhooks.listDeliveries(tenantId, id, query);
  }
}

/** A tenant's webhooks, changed by its own admins. */
@ApiTags('webhooks')
@ApiBearerAuth()
@Controller(path)
export class WebhooksController {
  constructor(
    readonly webhooks: WebhooksService,
    private readonly tests: WebhookTestService,
  ) {}

  @Post()
  @HttpCode(201)
  @CheckBody()
  @Access('tenant_admin', { scope: 'config:write' })
  @Idempotent()
  @ApiOperation({
    summary: 'Create a webhook; only this answer shows its secret',
    description: 'Deliveries follow Standard Webhooks 1.0.0. At most 20 a tenant.',
  })
  @ApiAnswer(201, CreatedWebhookResponse)
  create(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() request: WebhookRequest,
  ): Promise<CreatedWebhookResponse> {
    return this.webhooks.create(tenantId, request, author);
  }

  @Patch(':id')
  @CheckBody()
  @Access('tenant_admin', { scope: 'config:write' })
  @ApiOperation({ summary: 'Change the address or the events, disable a webhook or enable it again' })
  @WebhookParam()
  @ApiAnswer(200, WebhookResponse)
  @ApiProblems('not-found')
  update(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
    @Body() change: WebhookPatchRequest,
  ): Promise<WebhookResponse> {
    return this.webhooks.update(tenantId, id, change, author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('tenant_admin', { scope: 'config:write' })
  @ApiOperation({ summary: 'Delete a webhook with its deliveries' })
  @WebhookParam()
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  remove(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    return this.webhooks.remove(tenantId, id, author);
  }

  @Post(':id/test')
  @HttpCode(200)
  @Access('tenant_admin', { scope: 'config:write' })
  @ApiOperation({ summary: 'Send the event webhook.test at once and one time only, and answer how it went' })
  @WebhookParam()
  @ApiAnswer(200, WebhookDeliveryResponse)
  @ApiProblems('not-found', 'rate-limited')
  async test(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() { actor, requestId }: Principal,
    @Param('id') id: string,
  ): Promise<WebhookDeliveryResponse> {
    const test = { owner: tenantId, webhookId: id, actor, requestId };
    return toDeliveryResponse(await this.tests.send(test));
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Access('tenant_admin', { scope: 'config:write' })
  @Idempotent()
  @ApiOperation({ summary: 'Make a new secret; for 24 hours deliveries are signed with the old one, too' })
  @WebhookParam()
  @ApiAnswer(200, RotatedSecretResponse)
  @ApiProblems('not-found')
  rotateSecret(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
  ): Promise<RotatedSecretResponse> {
    return this.webhooks.rotateSecret(tenantId, id, author);
  }

  @Post(':id/deliveries/:delivery/replay')
  @HttpCode(202)
  @Access('tenant_admin', { scope: 'config:write' })
  @ApiOperation({ summary: 'Send a delivery again, with the same webhook-id and all attempts' })
  @WebhookParam()
  @DeliveryParam()
  @ApiAnswer(202, WebhookDeliveryResponse)
  @ApiProblems('not-found', 'conflict')
  replay(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
    @Param('delivery') delivery: string,
  ): Promise<Accepted<WebhookDeliveryResponse>> {
    return this.webhooks.replay(tenantId, { id, delivery, path: `/${path}` }, author);
  }
}
