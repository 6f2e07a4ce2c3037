import { findNodeVersionProblem } from './node-version.js';

describe('findNodeVersionProblem', () => {
  it.each(['22.13.0', '22.21.1', '24.0.0', '26.1.0'])('accepts Node %s', (version) => {
    expect(findNodeVersionProblem(version)).toBeNull();
  });

  it.each(['18.20.0', '20.20.2', '22.12.0'])('refuses Node %s and names what to run', (version) => {
    expect(findNodeVersionProblem(version)).toMatch(
      new RegExp(`^Node ${version} is too old: Attune needs Node 22.13 or newer\\..*npm start`),
    );
  });
});
