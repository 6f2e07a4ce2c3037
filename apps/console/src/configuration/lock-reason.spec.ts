import { lockReason } from './lock-reason.js';

const temperature = { name: 'temperature', setBy: 'tenant', lockedBy: null } as const;
const nothingOwned = { managedByCode: [] };
const tenantAdmin = { refusal: null, isPlatform: false };
const platformAdmin = { refusal: null, isPlatform: true };

describe('lockReason', () => {
  it('a tenant admin may change a setting of the tenant', () => {
    expect(lockReason(temperature, nothingOwned, tenantAdmin)).toBeNull();
  });

  it.each([
    { by: 'the role', reader: { refusal: 'You are a member.', isPlatform: false }, reason: /member/ },
    { by: 'a file', owner: { managedByCode: ['temperature'] }, reason: /file owns/ },
    { by: 'the plan', setting: { ...temperature, setBy: 'platform', lockedBy: 'free' }, reason: /plan free/ },
    { by: 'the platform', setting: { ...temperature, setBy: 'platform' }, reason: /platform admin/ },
  ] as const)('the reason names $by', ({ reason, ...given }) => {
    const { setting, owner, reader } = {
      setting: temperature,
      owner: nothingOwned,
      reader: tenantAdmin,
      ...given,
    };
    expect(lockReason(setting, owner, reader)).toMatch(reason);
  });

  it('a platform admin may change what only the platform sets, and a value of a file by force', () => {
    const setting = { ...temperature, setBy: 'platform', lockedBy: 'free' } as const;
    expect(lockReason(setting, { managedByCode: ['temperature'] }, platformAdmin)).toBeNull();
  });
});
