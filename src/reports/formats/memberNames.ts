/** Longer names of members and of their folders are shortened in the middle. */
const maxNameCharacters = 200

/**
 * A member's path with `/`. A name is only a name, but it is shown to people and looked up below the reports folder, so one that
 * leads out of its file (`../a`) loses what leads out, and each loses the characters that break lines. '' where nothing is left.
 */
export function plainName(path: string): string {
  return path
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, '')
    .split(/[/\\]/u)
    .map((step) => step.trim())
    .filter((step) => !['', '.', '..'].includes(step))
    .map((step) => (step.length > maxNameCharacters ? `${step.slice(0, 100)}…${step.slice(-80)}` : step))
    .join('/')
}
