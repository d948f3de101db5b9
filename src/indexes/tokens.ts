/** Components are kept in steps of 4 bits: −7 … 7, and 8 is added so that none is negative. */
const most = 7
const bias = 8
/** Components of each sixteen bytes: the first half in the low bits, the second in the high ones, as vector instructions want them. */
const block = 32

/**
 * What one step stands for, as its inverse: unit vectors have components of about ±1/√d, and the steps reach four times
 * as far. What lies beyond is cut; on none of the test sets this could be told from 8 bits.
 */
export function tokenScale(dimensions: number): number {
  return (most * Math.sqrt(dimensions)) / 4
}

/**
 * Token vectors at half a byte a component.
 *
 * @param states unit vectors one after the other
 * @param dimensions of each, a multiple of 32
 */
export function packTokens(states: Float32Array, dimensions: number): Uint8Array {
  if (dimensions % block !== 0) throw new Error(`expected a multiple of ${block} dimensions, found ${dimensions}`)
  const scale = tokenScale(dimensions)
  const packed = new Uint8Array(states.length / 2)
  const step = (at: number) => bias + Math.max(-most, Math.min(most, Math.round(states[at]! * scale)))
  // Plain loops: `from` with a function takes a third of the time that the model needs.
  for (let at = 0, from = 0; at < packed.length; from += block) {
    for (let i = from; i < from + block / 2; i++, at++) packed[at] = step(i) | (step(i + block / 2) << 4)
  }
  return packed
}

/** The steps of packed token vectors, −7 … 7 each: components × `tokenScale`. */
export function unpackTokens(packed: Uint8Array): Int8Array {
  const values = new Int8Array(packed.length * 2)
  for (let at = 0, to = 0; at < packed.length; to += block) {
    for (let i = to; i < to + block / 2; i++, at++) {
      values[i] = (packed[at]! & 15) - bias
      values[i + block / 2] = (packed[at]! >> 4) - bias
    }
  }
  return values
}
