import type { Tenant } from '#tenancy';
import type { StoredConfiguration } from '../src/storage/configuration.repository.js';
import type { ConfigurationInputs } from '../src/compile/compiled-configuration.js';
import { someLayers } from '../../settings/testing/settings-builders.js';

/** The inputs of a configuration of the tenant `acme`. */
export function someInputs(
  stored: Partial<StoredConfiguration> = {},
  tenant: Partial<Tenant> = {},
): ConfigurationInputs {
  const { platform, plan, catalogue } = someLayers();
  return {
    stored: aStoredConfiguration(stored),
    tenant: aTenant(tenant),
    plan,
    platform,
    catalogue,
    overlays: {},
    origin: null,
  };
}

function aStoredConfiguration(stored: Partial<StoredConfiguration>): StoredConfiguration {
  return {
    tenant_id: 'acme',
    settings: {},
    set_by: {},
    override_allowed: true,
    version: 1,
    last_modified_by_role: 'tenant_admin',
    updated_by: 'key:1',
    created_at: '2026-11-01T08:00:00.000Z',
    updated_at: '2026-11-02T08:00:00.000Z',
    ...stored,
  };
}

function aTenant(tenant: Partial<Tenant>): Tenant {
  return {
    tenant_id: 'acme',
    name: 'Acme',
    plan: 'small',
    status: 'active',
    approval_required: false,
    labels: {},
    verified_domain: null,
    created_at: '2026-11-01T08:00:00.000Z',
    ...tenant,
  };
}
