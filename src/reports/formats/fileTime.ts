/** The milliseconds from 1601, where the times of Windows begin, to 1970. */
const epochShiftMs = 11_644_473_600_000
const ticksPerMs = 10_000n

/** The time of a `FILETIME`, which counts tenths of microseconds since 1601. @param value its eight bytes */
export function timeIn(value: Buffer): Date {
  return new Date(Number(value.readBigUInt64LE(0) / ticksPerMs) - epochShiftMs)
}
