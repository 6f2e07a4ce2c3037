import { UploadAdmission } from './upload-admission.js';

describe('UploadAdmission', () => {
  const ends: (() => void)[] = [];
  const openUpload = (): Promise<void> => new Promise((resolve) => ends.push(resolve));

  beforeEach(() => (ends.length = 0));

  function open(admission: UploadAdmission, tenantId: string, count: number): Promise<void>[] {
    return Array.from({ length: count }, () => admission.admit(tenantId, openUpload));
  }

  it('refuses the 33rd open upload of a tenant as rate-limited, and admits one when another has ended', async () => {
    const admission = new UploadAdmission();
    const uploads = open(admission, 'acme-law', 32);
    await expect(admission.admit('acme-law', openUpload)).rejects.toMatchObject({
      slug: 'rate-limited',
      details: { limit: 32, remaining: 0, retry_after_s: 10 },
    });
    expect(await admission.admit('startup-support', () => Promise.resolve('added'))).toBe('added');
    ends[0]!();
    await uploads[0];
    expect(await admission.admit('acme-law', () => Promise.resolve('added'))).toBe('added');
  });

  it('answers unavailable when all tenants together have 200 open uploads', async () => {
    const admission = new UploadAdmission();
    for (let tenant = 0; tenant < 10; tenant += 1) open(admission, `tenant-${tenant}`, 20);
    await expect(admission.admit('acme-law', openUpload)).rejects.toMatchObject({ slug: 'unavailable' });
  });

  it('no longer counts an upload that has failed', async () => {
    const admission = new UploadAdmission();
    for (let upload = 0; upload < 40; upload += 1) {
      await expect(admission.admit('acme-law', () => Promise.reject(new Error('refused')))).rejects.toThrow(
        'refused',
      );
    }
    expect(await admission.admit('acme-law', () => Promise.resolve('added'))).toBe('added');
  });
});
