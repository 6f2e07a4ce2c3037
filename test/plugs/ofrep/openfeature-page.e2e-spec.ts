import { useTestApp } from '../../app/test-app.js';
import { programsOf, runProgram } from '../openai/page-code.js';

const app = useTestApp('page');
const [nodeProgram, browserProgram] = programsOf('openfeature');

describe('docs/connect/openfeature.md', () => {
  it.each([
    ['Node', nodeProgram!],
    ['browsers', browserProgram!],
  ])("has a program for %s that prints each tenant's own settings", async (_, code) => {
    for (const temperature of [0.41, 0.42]) {
      const { admin, adminKey } = await app.createTenant();
      await admin.patch('/v1/config', { temperature, model_name: 'gpt-3.5-turbo' });
      const result = await runProgram(code, { ATTUNE_URL: app.replica.url, ATTUNE_KEY: adminKey });
      expect(result).toEqual({ isOk: true, output: `${temperature}\ngpt-3.5-turbo\n`, errors: '' });
    }
  });
});
