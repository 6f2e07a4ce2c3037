import { Alert, Button, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useSession } from '../session/session-context.js';
import type { ListedTenant } from './tenant-columns.js';
import { tenantTexts } from './tenants.texts.js';

/** A service with more tenants than this is not new. */
const maxTenants = 5;
/** The actor of what the service itself does, as the tenants of the demo. */
const service = 'system';

/** A link to a first change, for a new user: it is shown until a person changes a tenant. */
export function FirstChange({ tenants }: { tenants: readonly ListedTenant[] }) {
  const [first] = tenants;
  const mayChange = useSession().role === 'platform_admin';
  const isUntouched = tenants.every(({ last_change_by: by }) => by === service);
  if (!mayChange || first === undefined || tenants.length > maxTenants || !isUntouched) return null;
  const to = `/tenants/${encodeURIComponent(first.tenant_id)}/playground?settings=temperature`;
  return (
    <Alert title={tenantTexts.firstChange}>
      <Group justify="space-between">
        <Text size="sm" maw={620}>
          {tenantTexts.firstChangeAbout}
        </Text>
        <Button component={Link} to={to} size="xs">
          {tenantTexts.firstChangeLink(first.tenant_id)}
        </Button>
      </Group>
    </Alert>
  );
}
