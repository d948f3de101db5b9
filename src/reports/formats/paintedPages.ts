import type { Drawing } from './pdfDrawing.ts'

/**
 * A page with fewer characters is a scan where pictures cover this share of it, or painted where it has this many curved
 * outlines, of which each letter has some.
 */
const scan = { characters: 60, share: 0.4, curves: 100 } as const

/** Tells whether a page has more text than the page number and the stamp of a scan. */
export function holdsText(text: string): boolean {
  return text.replaceAll(/\s/gu, '').length >= scan.characters
}

/** Tells whether the words of a page are on a picture, or are letters that are painted as outlines. */
export function isPainted(text: string, { pictured, curves }: Drawing): boolean {
  return !holdsText(text) && (pictured >= scan.share || curves >= scan.curves)
}
