import type { Connection, ConnectionBody } from './use-connections.js';
import { identityTexts } from './identity.texts.js';

/** A connection as it is typed. */
export interface ConnectionForm {
  readonly id: string;
  readonly label: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Empty: the stored one stays. */
  readonly secret: string;
  /** Separated by spaces. */
  readonly scopes: string;
  readonly claim: string;
  readonly tenantId: string;
  readonly isEnabled: boolean;
}

export const emptyForm: ConnectionForm = {
  id: '',
  label: '',
  issuer: '',
  clientId: '',
  secret: '',
  scopes: 'profile',
  claim: 'groups',
  tenantId: '',
  isEnabled: true,
};

export function toForm(connection: Connection): ConnectionForm {
  return {
    id: connection.id,
    label: connection.label,
    issuer: connection.issuer,
    clientId: connection.client_id,
    secret: '',
    scopes: connection.scopes.filter((scope) => scope !== 'openid').join(' '),
    claim: connection.claim,
    tenantId: connection.tenant_id ?? '',
    isEnabled: connection.enabled,
  };
}

/** What a PUT takes. A secret that is left out is kept. */
export function toBody(form: ConnectionForm): ConnectionBody {
  const scopes = form.scopes.split(/\s+/).filter((scope) => scope !== '');
  return {
    label: form.label.trim(),
    issuer: form.issuer.trim(),
    client_id: form.clientId.trim(),
    ...(form.secret !== '' && { client_secret: form.secret }),
    scopes: ['openid', ...scopes.filter((scope) => scope !== 'openid')],
    ...(form.claim.trim() !== '' && { claim: form.claim.trim() }),
    tenant_id: form.tenantId.trim() || null,
    enabled: form.isEnabled,
  };
}

const idPattern = /^[a-z0-9][a-z0-9-]{0,49}$/;

/** What is wrong with the id of a new connection; null if it can be used. */
export function idFault(id: string, knownIds: readonly string[]): string | null {
  if (id === 'default' || knownIds.includes(id)) return identityTexts.idTaken;
  return idPattern.test(id) ? null : identityTexts.idFault;
}

export const isComplete = ({ label, issuer, clientId }: ConnectionForm): boolean =>
  label.trim() !== '' && /^https?:\/\/./.test(issuer.trim()) && clientId.trim() !== '';
