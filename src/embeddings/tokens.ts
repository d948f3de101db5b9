import { readFileSync } from 'node:fs'

/** A component is kept as a step of 4 bits, −7 … 7, to which 8 is added so that none is negative. */
const maxStep = 7
/** The standard deviations of a component, 1/√d for a unit vector, that the steps reach. The rest is cut. */
const reach = 3.5
/** The components in sixteen bytes, half in the low bits and half in the high ones, for vector instructions. */
const blockComponents = 32

/** The factor that turns a component into steps. */
export function tokenScale(dimensions: number): number {
  return (maxStep * Math.sqrt(dimensions)) / reach
}

/**
 * Token vectors at half a byte a component, after `rotated`. Late interaction over them differs from that over the
 * vectors themselves by 0.002 (root mean square; 0.001 at a byte a component, 0.047 without the rotation).
 *
 * @param states unit vectors laid end to end
 * @param dimensions the length of each vector, a multiple of 32
 */
export function packTokens(states: Float32Array, dimensions: number): Uint8Array {
  if (dimensions % blockComponents !== 0)
    throw new Error(`expected a multiple of ${blockComponents} dimensions, found ${dimensions}`)
  if (states.length === 0) return new Uint8Array(0)
  const { memory, pack } = loadKernel()
  const signs = signsOf(dimensions)
  // The kernel's memory holds, end to end: states, signs, the packed bytes.
  const out = (states.length + dimensions) * 4
  const bytes = states.length / 2
  const missing = out + bytes - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  new Float32Array(memory.buffer).set(states)
  new Float32Array(memory.buffer).set(signs, states.length)
  const count = states.length / dimensions
  pack(0, states.length * 4, count, dimensions, blockOf(dimensions), tokenScale(dimensions), out)
  return new Uint8Array(memory.buffer, out, bytes).slice()
}

const pageBytes = 65_536

interface Kernel {
  readonly memory: WebAssembly.Memory
  pack(
    states: number,
    signs: number,
    tokens: number,
    dimensions: number,
    size: number,
    scale: number,
    out: number,
  ): void
}

let kernel: Kernel | undefined

/** Packing is compiled, as a passage's 100,000 components take JavaScript a tenth of the model's time. */
function loadKernel(): Kernel {
  kernel ??= new WebAssembly.Instance(new WebAssembly.Module(readFileSync(new URL('./tokens.wasm', import.meta.url))))
    .exports as unknown as Kernel
  return kernel
}

/**
 * Vectors turned by a fixed rotation, which leaves their products with each other as they are. A few components of a
 * model's states are many times as large as the others and would be cut; turned, all are alike. The rotation is a
 * Walsh– Hadamard transform after changes of sign (Ailon and Chazelle, The fast Johnson–Lindenstrauss transform, 2009),
 * in blocks of the largest power of two that divides `dimensions`.
 */
export function rotated(vectors: Float32Array, dimensions: number): Float32Array {
  const size = blockOf(dimensions)
  const signs = signsOf(dimensions)
  const turned = new Float32Array(vectors.length)
  for (let from = 0; from < vectors.length; from += dimensions) {
    for (let i = 0; i < dimensions; i++) turned[from + i] = vectors[from + i]! * signs[i]!
  }
  for (let from = 0; from < turned.length; from += size) mix(turned, from, size)
  return turned
}

function blockOf(dimensions: number): number {
  return dimensions & -dimensions
}

/** The factor of each component before the transform: a sign, and the scale that keeps lengths as they are. */
function signsOf(dimensions: number): Float32Array {
  const scale = 1 / Math.sqrt(blockOf(dimensions))
  return Float32Array.from({ length: dimensions }, (_, i) => signAt(i) * scale)
}

/** The Walsh–Hadamard transform of `size` numbers in place, two of its steps at a time, which halves the time. */
function mix(values: Float32Array, from: number, size: number): void {
  let half = 1
  for (; half * 4 <= size; half *= 4) {
    for (let i = from; i < from + size; i += 4 * half) {
      for (let j = i; j < i + half; j++) {
        const a = values[j]!
        const b = values[j + half]!
        const c = values[j + 2 * half]!
        const d = values[j + 3 * half]!
        values[j] = a + b + (c + d)
        values[j + half] = a - b + (c - d)
        values[j + 2 * half] = a + b - (c + d)
        values[j + 3 * half] = a - b - (c - d)
      }
    }
  }
  if (half === size) return
  for (let j = from; j < from + half; j++) {
    const a = values[j]!
    const b = values[j + half]!
    values[j] = a + b
    values[j + half] = a - b
  }
}

/** 1 or −1, the same for ever: one bit of a multiplicative hash. */
function signAt(dimension: number): number {
  return (Math.imul(dimension + 1, 0x9e3779b1) >>> 15) & 1 ? 1 : -1
}
