/** Headlines are compared by this many letters. */
const maxNameCharacters = 60

/** Tells whether two headlines are the same, whole or shortened either way, but for a misread letter. */
export function isAlike(a: string, b: string): boolean {
  return a === b || isAbbreviation(a, b) || isAbbreviation(b, a)
}

/** Tells whether `short` is `name` or takes its letters from it in order; one letter in five may differ. */
export function isAbbreviation(short: string, name: string): boolean {
  const [a, b] = [lettersOf(short), lettersOf(name)]
  if (a.length < 4 || b.length < 4) return a.length > 0 && a.join('') === b.join('')
  const known = new Set(b)
  const needed = a.length < 5 ? a.length : a.length * 0.8
  return a.filter((letter) => known.has(letter)).length >= needed && commonLetters(a, b) >= needed
}

function lettersOf(name: string): string[] {
  const shown = name.slice(0, maxNameCharacters * 2)
  return [
    ...shown
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, ''),
  ].slice(0, maxNameCharacters)
}

/** The length of the longest common subsequence. */
function commonLetters(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const letter of a) {
    const next = [0]
    for (const [j, other] of b.entries()) {
      next.push(letter === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!))
    }
    row = next
  }
  return row[b.length]!
}
