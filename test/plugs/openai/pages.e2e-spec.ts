import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ApiClient } from '#testing';
import { parse } from 'yaml';
import { streamAll, streamFormats } from '../../../libs/rag/testing/llm/scripted-server.js';
import type { TestTenant } from '../../app/test-app.js';
import { connectLegacy } from '../mcp/mcp-clients.js';
import { useOpenAiApp } from './openai-app.js';
import { type ProgramResult, blocksOf, programsOf, runProgram, textOf } from './page-code.js';

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

describe('the other half of the Vercel AI SDK', () => {
  const prompt = `prompt: 'When is the rent due?'`;
  const [whole, stream] = programsOf('vercel-ai-sdk') as [string, string];
  /** The packages of the page in the modes that the page does not show. */
  const streamOfOpenAi = `${whole.slice(0, whole.indexOf('const { text'))}
    const { fullStream } = streamText({ model: attune.chat('attune'), ${prompt} });
    ${stream.slice(stream.indexOf('for await'))}`.replace('generateText', 'streamText');
  const wholeOfCompatible = `${stream.slice(0, stream.indexOf('const { fullStream'))}
    console.log((await generateText({ model: attune('attune'), ${prompt} })).text);`.replace(
    'streamText',
    'generateText',
  );
  const responsesOfOpenAi = whole.replace('attune.chat(', 'attune(');

  it("prints the answer from each tenant's own documents", async () => {
    for (const code of [streamOfOpenAi, wholeOfCompatible]) {
      const results = await Promise.all([run(code, app.acme), run(code, app.globex)]);
      expect(results.map(({ errors }) => errors)).toEqual(['', '']);
      expect(results[0]!.output).toContain('The rent of Acme is due on the first day [1].');
      expect(results[1]!.output).toContain('The rent of Globex is due on the fifteenth day [1].');
    }
  });

  it('@ai-sdk/openai-compatible shows the message of Attune when the key is wrong', async () => {
    const { isOk, errors } = await run(wholeOfCompatible, { adminKey: 'atn_0_0' });
    expect([isOk, errors]).toEqual([false, expect.stringMatching(/credential|key/i)]);
  });

  it('the stream of @ai-sdk/openai fails when the stream of the model breaks off', async () => {
    app.models.setScript(streamAll(openai.begin, openai.textEvent('The rent ')));
    const { isOk, output } = await run(streamOfOpenAi, app.acme);
    expect([isOk, output]).toEqual([false, expect.stringContaining('The rent ')]);
  });

  it('its default, the Responses API, fails with what to write in the program', async () => {
    const { isOk, errors } = await run(responsesOfOpenAi, app.acme);
    expect([isOk, errors]).toEqual([false, expect.stringContaining(`chat('attune') in the Vercel AI SDK`)]);
  });
});

describe('the settings of docs/connect', () => {
  const modelsAt = async (baseUrl: string, key: string): Promise<string[]> => {
    const url = baseUrl.replace('https://attune.example', app.replica.url);
    const { body } = await new ApiClient(url, key).get<{ data: { id: string }[] }>(`${url}/models`);
    return body.data.map(({ id }) => id);
  };

  it('the settings of Open WebUI lead to the models that its page names', async () => {
    const [, baseUrl] = /OPENAI_API_BASE_URL=(\S+) OPENAI_API_KEY=<key>/.exec(textOf('open-webui'))!;
    const models = await modelsAt(baseUrl!, app.acme.memberKey);
    expect(models).toEqual(expect.arrayContaining(['attune', 'attune-task']));
  });

  it('the settings of LibreChat name models that answer, and its titles come without documents', async () => {
    const { endpoints } = parse(blocksOf('librechat', 'yaml')[0]!) as {
      endpoints: { custom: [{ baseURL: string; models: { default: string[] }; titleModel: string }] };
    };
    const [{ baseURL, models, titleModel }] = endpoints.custom;
    const offered = await modelsAt(baseURL, app.acme.memberKey);
    expect(offered).toEqual(expect.arrayContaining([...models.default, titleModel]));
    const request = { model: titleModel, messages: [{ role: 'user', content: 'Write a title.' }] };
    const { body } = await app.acme.member.post('/v1/chat/completions', request);
    expect(body).toMatchObject({ attune: { sources: [] } });
  });

  it('the lines of Claude Code and Cursor make a key and connect an assistant that cannot change anything', async () => {
    const [createKey, addServer] = blocksOf('claude-code', 'bash');
    const env = { PATH: process.env['PATH'], ATTUNE_URL: app.replica.url, ADMIN_KEY: app.acme.adminKey };
    const { stdout } = await promisify(execFile)('bash', ['-c', `${createKey!.trim()} --silent`], { env });
    const { key } = JSON.parse(stdout) as { key: string };
    const [, url, header] = /--transport http attune (\S+) --header "(.*)"/.exec(addServer!)!;
    const headers = [
      header!,
      ...['claude-code', 'cursor'].map((page) => {
        const { mcpServers } = JSON.parse(blocksOf(page, 'json')[0]!) as {
          mcpServers: { attune: { url: string; headers: { Authorization: string } } };
        };
        expect(mcpServers.attune.url).toBe(url);
        return `Authorization: ${mcpServers.attune.headers.Authorization}`;
      }),
    ].map((text) => text.replace(/\$(ATTUNE_KEY|\{(env:)?ATTUNE_KEY\})/, key));
    expect(new Set(headers)).toEqual(new Set([`Authorization: Bearer ${key}`]));
    expect(new URL(url!).pathname).toBe('/mcp');
    const client = await connectLegacy(app.replica.url, key);
    const tools = (await client.listTools()).map(({ name }) => name);
    expect(tools).toContain('validate_change');
    expect(tools).not.toContain('propose_change');
    await client.close();
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
