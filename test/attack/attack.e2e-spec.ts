import { Bystander, attacks, residentMemoryMb, waitFor } from '#testing';
import { useTestApp } from '../app/test-app.js';

const app = useTestApp('tenant');

describe('a replica under attack', () => {
  it.each(attacks)('answers other tenants and refuses what is too much: $name', async ({ run, expected }) => {
    const [attacker, other] = [await app.createTenant(), await app.createTenant()];
    const bystander = await Bystander.start(app.replica.url, other.adminKey);
    const target = { url: app.replica.url, adminKey: attacker.adminKey };
    const statuses = await run(target, 'small').finally(() => bystander.stop());
    expect(statuses.filter((status) => !expected.includes(status))).toEqual([]);
    expect(await bystander.stop()).toMatchObject({ failures: 0 });
  });

  it('has not kept the bodies of refused uploads', async () => {
    const memoryMb = (): number => residentMemoryMb(app.replica.process.pid);
    const before = memoryMb();
    const stall = attacks.find(({ name }) => name === 'uploads that stop, without a credential')!;
    const target = { url: app.replica.url, adminKey: '' };
    for (let round = 0; round < 3; round += 1) await stall.run(target, 'small');
    // Thirty uploads of 16 MB each would be 480.
    await waitFor(() => memoryMb() < before + 150, { what: 'the memory is back' });
  });

  it('answers at most 100 errors for any number of wrong placeholders', async () => {
    const { admin } = await app.createTenant();
    const patch = {
      system_prompt_template: '{v}'.repeat(666),
      prompt_variables: { [`n${'a'.repeat(4000)}`]: 'x' },
    };
    const { status, body } = await admin.post<{ errors: object[] }>('/v1/config/validate', patch);
    expect(status).toBe(200);
    expect(body.errors).toHaveLength(100);
    expect(JSON.stringify(body).length).toBeLessThan(100_000);
    expect((await admin.patch('/v1/config', patch)).body).toMatchObject({ errors: body.errors });
  });
});
