import { Alert, Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { suspendedReason } from '../act/permission.js';
import { useTenant } from '../administration/use-change-tenant.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useSession } from '../session/session-context.js';
import { shellTexts } from './shell.texts.js';

/** Says over every screen of a suspended tenant what does not work, and who can change that. */
export function SuspendedBanner() {
  return useTenantScope().isPlatform ? <ForPlatform /> : <ForTenant />;
}

function ForTenant() {
  if (useSession().tenant_status !== 'suspended') return null;
  return <Banner>{suspendedReason}</Banner>;
}

function ForPlatform() {
  const { tenantId } = useTenantScope();
  const tenant = useTenant(tenantId);
  if (tenant.data?.status !== 'suspended') return null;
  return (
    <Banner>
      {shellTexts.suspended}{' '}
      <Anchor component={Link} to={`/tenants/${tenantId}/administration`} inherit>
        {shellTexts.screens.administration}
      </Anchor>
    </Banner>
  );
}

function Banner({ children }: { children: React.ReactNode }) {
  return (
    <Alert color="red" mb="md" role="status">
      <Text size="sm" maw={680}>
        {children}
      </Text>
    </Alert>
  );
}
