/** A short name that a report gives to something, with the part of the long name that it stands for. */
export interface Definition {
  readonly short: string
  readonly long: string
}

/** Definitions are written as `…博览会（以下简称“文博会”）` or `…公司(以下称杏煤公司)`. */
const defined =
  /([\p{Script=Han}\p{L}\p{N}·—()（）]{4,60}?)[“”"》]{0,2}[(（](?:以下)?(?:统一)?(?:简称|下称|以下称)(?:为)?[:：]?["“「《]?([\p{Script=Han}\p{L}\p{N}]{2,14})["”」》]?[)）]/gu
/** Shorter names (`公司`, `条例`) are used of other things as well. */
const minCharacters = 3

/**
 * Finds the short names that a text defines. The text does not tell where the long name begins, so only its part that
 * holds all characters of the short name in their order is kept; a short name with other characters is left out.
 */
export function definitionsIn(text: string): Definition[] {
  const found = new Map<string, string>()
  for (const [, before, short] of text.replace(/\n/gu, '').matchAll(defined)) {
    const long = abbreviated(before!, short!)
    if ([...short!].length >= minCharacters && long !== null && long !== short) found.set(short!, long)
  }
  return [...found].map(([short, long]) => ({ short, long }))
}

/** The end of `name` that begins with the first character of `short` and holds the others behind it; null for none. */
function abbreviated(name: string, short: string): string | null {
  let at = name.length
  for (const character of [...short].reverse()) {
    at = name.lastIndexOf(character, at - 1)
    if (at < 0) return null
    // The search has reached the beginning of the name too early.
    if (at === 0 && character !== short[0]) return null
  }
  return name.slice(at)
}
