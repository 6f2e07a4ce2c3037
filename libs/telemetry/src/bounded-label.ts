/** A label that may have any number of values would fill Prometheus: the first `most` are kept, the rest are `other`. */
export class BoundedLabel {
  private readonly values = new Set<string>();

  constructor(private readonly maxValues: number) {}

  valueFor(value: string): string {
    if (this.values.has(value)) return value;
    if (this.values.size >= this.maxValues) return 'other';
    this.values.add(value);
    return value;
  }
}
