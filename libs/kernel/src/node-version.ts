const minimum = [22, 13] as const;

/**
 * What to do if this Node.js is too old for the product; null if it is not.
 *
 * ```ts
 * const problem = findNodeVersionProblem('20.20.2');
 * ```
 *
 * @param version As `process.versions.node` has it.
 */
export function findNodeVersionProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) return null;
  return `Node ${version} is too old: Attune needs Node ${minimum.join('.')} or newer. "npm start", "npm run" and "npx attune" use the Node that "npm ci" installed.`;
}
