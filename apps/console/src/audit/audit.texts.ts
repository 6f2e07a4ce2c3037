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
  noSuchAct: 'Not used: write an act, or a kind such as key.*',
  actExample: 'key.revoke or key.*',
  from: 'From',
  to: 'To',
  download: 'Download as NDJSON',
  before: 'Before',
  after: 'After',
  downloadFailed: (status: number): string => `The download failed with ${status}.`,
  verifyAll: 'Verify every history',
  unbroken: (entries: number, tenants: number): string =>
    `${entries.toLocaleString()} entries of ${tenants.toLocaleString()} tenants, unbroken`,
  brokenAt: (tenantId: string, version: number, message: string): string =>
    `${tenantId}, version ${version}: ${message}`,
} as const;
