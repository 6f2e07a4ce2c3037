import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { dotProductsModule } from './dot-products.wasm.js';

describe('dotProductsModule', () => {
  it('dotProductsModule is what the compiler makes of dot-products.wat', async () => {
    const { parseWat } = await wabt();
    const source = readFileSync(join(import.meta.dirname, 'dot-products.wat'), 'utf8');
    const { buffer } = parseWat('dot-products.wat', source, { simd: true }).toBinary({});
    expect(dotProductsModule).toBe(Buffer.from(buffer).toString('base64'));
  });
});
