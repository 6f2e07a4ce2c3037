import { Anchor } from '@mantine/core';
import { Link, useNavigate, useParams } from 'react-router';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { WebhookDetails } from './webhook-details.js';
import { webhookTexts } from './webhooks.texts.js';

export function WebhookPage() {
  const { webhookId = '' } = useParams();
  const navigate = useNavigate();
  const query = useTenantQuery('/v1/webhooks/{id}', {
    params: { id: webhookId },
    refetchIntervalMs: 10_000,
  });
  return (
    <Screen
      title={query.data?.url ?? webhookTexts.webhook}
      about={
        <Anchor component={Link} to=".." relative="path" inherit>
          {webhookTexts.all}
        </Anchor>
      }
    >
      <Loaded query={query}>
        {(webhook) => (
          <WebhookDetails webhook={webhook} onDeleted={() => void navigate('..', { relative: 'path' })} />
        )}
      </Loaded>
    </Screen>
  );
}
