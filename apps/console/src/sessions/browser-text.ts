import { texts } from './sessions.texts.js';

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+).*Safari/, 'Safari'],
];
const systems = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS', 'Linux'];

/** A header `User-Agent` in the words of a person: "Firefox 144, Windows". What is not known stays as it is. */
export function browserText(agent: string | null): string {
  if (agent === null) return texts.unknownBrowser;
  const known = browsers.map(([pattern, name]) => [name, pattern.exec(agent)?.[1]] as const);
  const [name, version] = known.find((each) => each[1] !== undefined) ?? [];
  if (name === undefined) return agent;
  const system = systems.find((each) => agent.includes(each));
  return `${name} ${version}${system === undefined ? '' : `, ${system}`}`;
}
