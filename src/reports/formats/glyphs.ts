import { type Box, boxAround } from './boxes.ts'
import type { Ruling } from './rulings.ts'
import type { Pixels } from './textBoxes.ts'

/** The box of connected ink, in pixels. */
export type Glyph = Box

export const heightOf = ({ top, bottom }: Glyph): number => bottom - top
export const widthOf = ({ left, right }: Glyph): number => right - left

/** Connected ink with fewer pixels is dust. */
const minInkPixels = 2

/** The glyphs of one line, left to right; parts above each other are one. @param rulings in the picture's pixels */
export function glyphsOn({ data, width, height }: Pixels, rulings: readonly Ruling[] = []): Glyph[] {
  const values = Uint8Array.from({ length: width * height }, (_, i) => data[i * 3 + 1]!)
  const sorted = [...values].sort((a, b) => a - b)
  const [dark, light] = [sorted[Math.floor(sorted.length * 0.01)]!, sorted[Math.floor(sorted.length * 0.99)]!]
  const isDarkOnLight = sorted[sorted.length >> 1]! > (dark + light) / 2
  const limit = isDarkOnLight ? light - 0.4 * (light - dark) : dark + 0.4 * (light - dark)
  const ink = values.map((value) => Number(isDarkOnLight ? value < limit : value > limit))
  for (const ruling of rulings) if (crossesWhole(ruling, width, height)) erase(ruling, ink, width, height)
  const glyphs = connected(ink, width, height)
    .filter((one) => !isRuling(one, width, height))
    .sort((a, b) => a.left - b.left)
  const merged: Glyph[] = []
  for (const one of glyphs) {
    const last = merged.at(-1)
    const shared = last ? Math.min(last.right, one.right) - one.left : 0
    if (last && shared * 2 >= Math.min(widthOf(last), widthOf(one))) merged[merged.length - 1] = boxAround([last, one])
    else merged.push(one)
  }
  return merged
}

/** The ink of a ruling reaches this many pixels from its middle. */
const halfRuling = 2.5

/** Tells whether a ruling crosses the whole picture. Letters may look like a ruling, but one that ends with them. */
function crossesWhole({ isHorizontal, from, to }: Ruling, width: number, height: number): boolean {
  const length = isHorizontal ? width : height
  return from <= 0.1 * height && to >= length - 0.1 * height
}

function erase({ isHorizontal, at, from, to }: Ruling, ink: Uint8Array, width: number, height: number): void {
  const within = (value: number, bound: number) => Math.max(0, Math.min(bound, Math.round(value)))
  const [along, across] = [[from, to] as const, [at - halfRuling, at + halfRuling] as const]
  const [columns, rows] = isHorizontal ? [along, across] : [across, along]
  const [left, right] = [within(columns[0], width), within(columns[1], width)]
  for (let y = within(rows[0], height); y < within(rows[1], height); y++)
    ink.fill(0, y * width + left, y * width + right)
}

/** Tells whether ink is a ruling that crosses the picture, or the edge of one at its border. */
function isRuling(one: Glyph, width: number, height: number): boolean {
  const isAtBorder = one.left === 0 || one.right === width
  const crosses = heightOf(one) >= height && widthOf(one) < 0.3 * height
  const isAcross = widthOf(one) > 2 * height && heightOf(one) < 0.25 * height
  return crosses || isAcross || (isAtBorder && widthOf(one) <= 0.12 * height && heightOf(one) >= 0.5 * height)
}

/** The boxes of ink that is connected at sides or corners. */
function connected(ink: Uint8Array, width: number, height: number): Glyph[] {
  const found: Glyph[] = []
  const stack: number[] = []
  for (let start = 0; start < ink.length; start++) {
    if (ink[start] === 0) continue
    let [left, right, top, bottom, count] = [width, 0, height, 0, 0]
    ink[start] = 0
    stack.push(start)
    while (stack.length > 0) {
      const at = stack.pop()!
      const x = at % width
      const y = (at - x) / width
      count++
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u
          if (ink[next] === 0) continue
          ink[next] = 0
          stack.push(next)
        }
      }
    }
    if (count >= minInkPixels) found.push({ left, right, top, bottom })
  }
  return found
}
