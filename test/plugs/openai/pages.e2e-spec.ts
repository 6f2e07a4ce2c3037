import { streamAll, streamFormats } from '../../../libs/rag/testing/llm/scripted-server.js';
import type { TestTenant } from '../../app/test-app.js';
import { useOpenAiApp } from './openai-app.js';
import { type ProgramResult, programsOf, runProgram } from './page-code.js';

const { openai } = streamFormats;
const app = useOpenAiApp();

function run(code: string, { adminKey }: Pick<TestTenant, 'adminKey'>): Promise<ProgramResult> {
  return runProgram(code, { ATTUNE_URL: app.replica.url, ATTUNE_KEY: adminKey });
}

describe.each(['openai', 'vercel-ai-sdk', 'langchain', 'llamaindex'])('docs/connect/%s.md', (page) => {
  const [whole, stream] = programsOf(page);

  it("the programs print the answer and the stream from each tenant's own documents", async () => {
    const results = await Promise.all(
      [whole!, stream!].flatMap((code) => [run(code, app.acme), run(code, app.globex)]),
    );
    expect(results.map(({ errors }) => errors)).toEqual(['', '', '', '']);
    const [acme, globex, acmeStream, globexStream] = results.map(({ output }) => output);
    for (const output of [acme, acmeStream]) {
      expect(output).toContain('The rent of Acme is due on the first day [1].');
      expect(output).not.toContain('Globex');
    }
    for (const output of [globex, globexStream]) {
      expect(output).toContain('The rent of Globex is due on the fifteenth day [1].');
      expect(output).not.toContain('Acme');
    }
  });

  it('the programs fail with the message of Attune when the key is wrong', async () => {
    const results = await Promise.all([whole!, stream!].map((code) => run(code, { adminKey: 'atn_0_0' })));
    for (const { isOk, errors } of results) {
      expect([isOk, errors]).toEqual([false, expect.stringMatching(/credential|key/i)]);
      expect(errors).toContain('401');
    }
  });

  it('the program of the stream fails when the stream of the model breaks off', async () => {
    app.models.setScript(streamAll(openai.begin, openai.textEvent('The rent ')));
    const { isOk, output } = await run(stream!, app.acme);
    expect([isOk, output]).toEqual([false, expect.stringContaining('The rent ')]);
  });
});

describe('docs/connect', () => {
  it.each(['openai', 'vercel-ai-sdk'])(
    'the program of %s.md prints the address of what is cited',
    async (page) => {
      const { output } = await run(programsOf(page)[0]!, app.acme);
      expect(output).toContain('https://acme.example/lease');
      const { output: other } = await run(programsOf(page)[0]!, app.globex);
      expect(other).toContain(`${app.replica.url}/v1/documents/lease`);
    },
  );
});
