import { ApiParam } from '@nestjs/swagger';

export const TenantParam = () => ApiParam({ name: 'tenant_id', example: 'acme-law' });

export const WebhookParam = () => ApiParam({ name: 'id', example: '7c1c2a9b7d3e5f604f1c2a9b7d3e5f60' });

export const DeliveryParam = () =>
  ApiParam({ name: 'delivery', example: '2f1c2a9b7d3e5f604f1c2a9b7d3e5f60' });
