/** The texts of the audit log. */
export const texts = {
  title: 'Audit',
  about: 'Every administrative act: who, what, when, from where. Nothing is ever removed.',
  none: 'The acts of admins, keys and tenants appear here.',
  noneTitle: 'No acts yet',
  noMatch: 'No act has this person, tenant, kind and time.',
  nothing: 'nothing',
  acts: 'Administrative acts',
  address: 'Address',
  detailsOf: (action: string, target: string): string => `Details of ${action} ${target}`,
  actorExample: 'A name, or key:4f1c2a9b7d3e5f60',
  noSuchActor:
    'Not used: choose a name of the list, or write key:<id>, jwt:<subject>, db:<user>, operator or system.',
  noSuchAct: 'Not used: write an act, or a kind such as key.*',
  actExample: 'key.revoke or key.*',
  from: 'From',
  to: 'To',
  download: 'Download as NDJSON',
  versionOf: (tenantId: string, version: number): string =>
    `Version ${version} in the history of ${tenantId}`,
  reason: (reason: string): string => `Reason: ${reason}`,
  noReason: 'No reason was given.',
  before: 'Before',
  after: 'After',
  downloadFailed: (status: number): string => `The download failed with ${status}.`,
  verifyAll: 'Verify every history',
  unbroken: (entries: number, tenants: number): string =>
    `${entries.toLocaleString()} entries of ${tenants.toLocaleString()} tenants, unbroken`,
  brokenAt: (tenantId: string, version: number, message: string): string =>
    `${tenantId}, version ${version}: ${message}`,
} as const;
