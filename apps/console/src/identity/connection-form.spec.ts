import { emptyForm, idFault, isComplete, toBody, toForm } from './connection-form.js';
import type { Connection } from './use-connections.js';

const okta: Connection = {
  id: 'acme-okta',
  tenant_id: null,
  label: 'Acme Okta',
  issuer: 'https://acme.okta.com',
  client_id: 'attune',
  has_client_secret: true,
  scopes: ['openid', 'profile', 'groups'],
  claim: 'groups',
  enabled: false,
  from_environment: false,
  created_at: '2026-11-01T00:00:00.000Z',
};

it('a form of a connection that nobody changed saves the same connection, and leaves its secret out', () => {
  const { label, issuer, client_id, scopes, claim, tenant_id, enabled } = okta;
  expect(toBody(toForm(okta))).toEqual({ label, issuer, client_id, scopes, claim, tenant_id, enabled });
});

it('a form of a connection sends a typed secret, and trims and splits the rest', () => {
  const form = {
    ...emptyForm,
    label: ' Okta ',
    issuer: ' https://a.example ',
    clientId: ' c ',
    secret: ' s ',
  };
  expect(toBody({ ...form, scopes: ' openid  email ', claim: ' ', tenantId: ' acme ' })).toEqual({
    label: 'Okta',
    issuer: 'https://a.example',
    client_id: 'c',
    client_secret: ' s ',
    scopes: ['openid', 'email'],
    tenant_id: 'acme',
    enabled: true,
  });
});

it.each([
  ['acme-okta', 'This id is taken.'],
  ['default', 'This id is taken.'],
  ['Acme', 'Use 1 to 50 small letters, digits and hyphens.'],
  ['acme-entra', null],
])('the id %p of a new connection has the fault %p', (id, fault) => {
  expect(idFault(id, ['acme-okta'])).toBe(fault);
});

it('a form of a connection is complete with a label, an address and a client', () => {
  expect(isComplete(emptyForm)).toBe(false);
  expect(isComplete({ ...emptyForm, label: 'a', issuer: 'https://a.example', clientId: 'c' })).toBe(true);
  expect(isComplete({ ...emptyForm, label: 'a', issuer: 'a.example', clientId: 'c' })).toBe(false);
});
