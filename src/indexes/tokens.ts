/** Components are kept in steps of 4 bits: −7 … 7, and 8 is added so that none is negative. */
const most = 7
const bias = 8
/** The steps reach so many standard deviations of a component, 1/√d for a unit vector; what lies beyond is cut. */
const reach = 3.5
/** Components of each sixteen bytes: the first half in the low bits, the second in the high ones, as vector instructions want them. */
const block = 32

/** What a component is multiplied by to count in steps. */
export function tokenScale(dimensions: number): number {
  return (most * Math.sqrt(dimensions)) / reach
}

/**
 * Token vectors at half a byte a component, after `rotated`. Late interaction over them differs from that over the
 * vectors themselves by 0.002 (root mean square; 0.001 at a byte a component, 0.047 without the rotation).
 *
 * @param states unit vectors one after the other
 * @param dimensions of each, a multiple of 32
 */
export function packTokens(states: Float32Array, dimensions: number): Uint8Array {
  if (dimensions % block !== 0) throw new Error(`expected a multiple of ${block} dimensions, found ${dimensions}`)
  const scale = tokenScale(dimensions)
  const turned = rotated(states, dimensions)
  const packed = new Uint8Array(states.length / 2)
  const step = (at: number) => bias + Math.max(-most, Math.min(most, Math.round(turned[at]! * scale)))
  // Plain loops: `from` with a function takes a third of the time that the model needs.
  for (let at = 0, from = 0; at < packed.length; from += block) {
    for (let i = from; i < from + block / 2; i++, at++) packed[at] = step(i) | (step(i + block / 2) << 4)
  }
  return packed
}

/**
 * Vectors turned by a fixed rotation, which leaves their products with each other as they are. A few components of a
 * model's states are many times as large as the others and would be cut; turned, all are alike. The rotation is a Walsh–
 * Hadamard transform after changes of sign (Ailon and Chazelle, The fast Johnson–Lindenstrauss transform, 2009), in
 * blocks of the largest power of two that divides `dimensions`.
 */
export function rotated(vectors: Float32Array, dimensions: number): Float32Array {
  const size = dimensions & -dimensions
  const shrink = 1 / Math.sqrt(size)
  const turned = new Float32Array(vectors.length)
  for (let i = 0; i < vectors.length; i++) turned[i] = vectors[i]! * signAt(i % dimensions) * shrink
  for (let from = 0; from < turned.length; from += size) {
    for (let half = 1; half < size; half *= 2) {
      for (let i = from; i < from + size; i += 2 * half) {
        for (let j = i; j < i + half; j++) {
          const a = turned[j]!
          const b = turned[j + half]!
          turned[j] = a + b
          turned[j + half] = a - b
        }
      }
    }
  }
  return turned
}

/** 1 or −1, as if at random, and the same for ever: one bit of a multiplicative hash. */
function signAt(dimension: number): number {
  return (Math.imul(dimension + 1, 0x9e3779b1) >>> 15) & 1 ? 1 : -1
}
