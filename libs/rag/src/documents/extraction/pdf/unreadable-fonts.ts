import type { PDFPageProxy } from 'unpdf/pdfjs';
import type { TextContentItem } from './page-text.js';

/** What is left on a page without the text of unreadable fonts. */
interface ReadableItems {
  readonly items: readonly TextContentItem[];
  readonly hasUnreadableText: boolean;
}

/** With `fontExtraProperties`. A font without a map from its codes to characters has the two ends of a range in its place. */
interface LoadedFont {
  readonly composite?: boolean;
  readonly toUnicode?: object;
}

/** It takes time to load the fonts of a page, and with them its images. */
const maxSearchedPages = 50;
const minLowerCaseShare = 0.5;

/**
 * Finds the fonts of a PDF whose codes are numbers of glyphs, and that do not say which characters these glyphs show. The parser takes
 * the numbers for characters, so that `Refunds` becomes `5HIXQGV`.
 */
export class UnreadableFonts {
  private readonly isUnreadable = new Map<string, boolean>();
  private searchedPages = 0;

  /** Leaves out the text in unreadable fonts. */
  async removeFrom(page: PDFPageProxy, items: readonly TextContentItem[]): Promise<ReadableItems> {
    const suspects = [...textByFont(items)]
      .filter(([font, text]) => !this.isUnreadable.has(font) && isSuspect(text))
      .map(([font]) => font);
    if (suspects.length > 0 && this.searchedPages < maxSearchedPages) await this.search(page, suspects);
    const readable = items.filter(
      (item) => !('str' in item) || this.isUnreadable.get(item.fontName) !== true,
    );
    return { items: readable, hasUnreadableText: readable.length < items.length };
  }

  private async search(page: PDFPageProxy, fonts: readonly string[]): Promise<void> {
    this.searchedPages += 1;
    // Loads the fonts.
    await page.getOperatorList();
    for (const font of fonts)
      if (page.commonObjs.has(font))
        this.isUnreadable.set(font, hasNoCharacters(page.commonObjs.get(font) as LoadedFont));
  }
}

function textByFont(items: readonly TextContentItem[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const item of items)
    if ('str' in item && item.str.trim() !== '')
      texts.set(item.fontName, (texts.get(item.fontName) ?? '') + item.str);
  return texts;
}

/** Numbers of glyphs nearly never look like words in small Latin letters. */
function isSuspect(text: string): boolean {
  const lowerCase = text.match(/[a-z]/g)?.length ?? 0;
  return lowerCase < text.replaceAll(/\s/g, '').length * minLowerCaseShare;
}

function hasNoCharacters({ composite, toUnicode }: LoadedFont): boolean {
  return composite === true && toUnicode !== undefined && 'firstChar' in toUnicode;
}
