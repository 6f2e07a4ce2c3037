/** Which environment variables a model's `api_key_env` may name (`MODEL_API_KEYS`). */
export class ModelKeyVariables {
  private static readonly defaultNames = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'MODEL_KEY_*'];

  private constructor(
    /** Names, and prefixes that end with `*`. */
    readonly names: readonly string[],
  ) {}

  /** @throws Error whose message says what the list must be */
  static parse(list: string | null): ModelKeyVariables {
    if (list === null) return new ModelKeyVariables(ModelKeyVariables.defaultNames);
    const names = list.split(',').map((name) => name.trim());
    if (!names.every((name) => /^[A-Z][A-Z0-9_]*\*?$/.test(name)))
      throw new Error('must be a list of variables such as OPENAI_API_KEY,MODEL_KEY_*');
    return new ModelKeyVariables(names);
  }

  allows(variable: string): boolean {
    return this.names.some((name) =>
      name.endsWith('*') ? variable.startsWith(name.slice(0, -1)) : variable === name,
    );
  }
}
