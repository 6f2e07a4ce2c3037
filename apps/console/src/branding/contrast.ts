/** Text on a colour needs this much contrast (WCAG 2.2 AA). */
export const minTextContrast = 4.5;

/** The contrast of two colours as WCAG 2.2 computes it, from 1 to 21; null if one is not `#RRGGBB`. */
export function contrastRatio(first: string, second: string): number | null {
  const [one, two] = [luminanceOf(first), luminanceOf(second)];
  if (one === null || two === null) return null;
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}

function luminanceOf(colour: string): number | null {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (digits === undefined) return null;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) =>
    linear(Number.parseInt(digits.slice(at, at + 2), 16)),
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
